package org.skep.shell.line;

import java.util.ArrayList;
import java.util.List;
import org.skep.api.SkepException;
import org.skep.shell.line.Line.Token;

/** Cuts a line into words and operators. */
final class Lexer {

    static final String SPECIAL = " \t\r\n'\"\\;|&#<>";

    private final String text;
    private final boolean unfinished;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private boolean templated;

    Lexer(String text, boolean unfinished) {
        this.text = text;
        this.unfinished = unfinished;
    }

    List<Token> tokens() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || c == '\r') {
                at++;
            } else if (text.startsWith("\\\n", at)) {
                // continued between two words; it must not begin an empty one
                at += 2;
            } else if (c == '#') {
                skipComment();
            } else if (c == '\n' || c == ';') {
                operator(";", 1);
            } else if (c == '|') {
                operator(text.startsWith("||", at) ? "||" : "|");
            } else if (unfinished && (c == '<' || c == '>' || c == '&' && !text.startsWith("&&", at))) {
                at++;
            } else if (c == '&') {
                if (!text.startsWith("&&", at)) {
                    throw Line.wrong("'&' is not part of the shell's language", "quote it to pass it on");
                }
                operator("&&");
            } else if (c == '<' || c == '>') {
                throw Line.wrong(
                        "'" + c + "' is not part of the shell's language: nothing can be redirected",
                        "quote it to pass it on");
            } else {
                tokens.add(new Token(word(), null));
            }
        }
        return tokens;
    }

    private void operator(String operator) {
        operator(operator, operator.length());
    }

    private void operator(String operator, int length) {
        tokens.add(new Token(null, operator));
        at += length;
    }

    private void skipComment() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    private Word word() {
        int start = at;
        templated = false;
        StringBuilder word = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\'') {
                at++;
                until('\'', word);
            } else if (c == '"') {
                at++;
                doubleQuoted(word);
            } else if (c == '\\') {
                escaped(word);
            } else if (text.startsWith("{{", at)) {
                template(word);
            } else if (" \t\r\n;|&".indexOf(c) >= 0) {
                break;
            } else {
                word.append(c);
                at++;
            }
        }
        return new Word(word.toString(), start, at);
    }

    private void until(char quote, StringBuilder word) {
        int end = text.indexOf(quote, at);
        if (end < 0) {
            unclosed(quote);
            end = text.length();
            word.append(text, at, end);
            at = end;
            return;
        }
        word.append(text, at, end);
        at = end + 1;
    }

    private void doubleQuoted(StringBuilder word) {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '\\' && at < text.length() && "\"\\".indexOf(text.charAt(at)) >= 0) {
                word.append(text.charAt(at++));
            } else {
                word.append(c);
            }
        }
        unclosed('"');
    }

    private void escaped(StringBuilder word) {
        at++;
        // between the pieces of a template, whose quotes an SSH client took, "\t" and "\n" are the template's
        if (templated && (text.startsWith("t", at) || text.startsWith("n", at))) {
            word.append('\\');
        }
        if (at < text.length()) {
            // "\n" continues the line, as shells have it
            if (text.charAt(at) != '\n') {
                word.append(text.charAt(at));
            }
            at++;
        } else if (!unfinished) {
            throw Line.wrong("the line ends with a lone '\\'", "");
        }
    }

    /** A template's action is one piece, whatever it holds, because SSH clients pass lines on without their quotes. */
    private void template(StringBuilder word) {
        templated = true;
        int end = text.indexOf("}}", at);
        int stop = end < 0 ? at + 2 : end + 2;
        word.append(text, at, stop);
        at = stop;
    }

    private void unclosed(char quote) {
        if (!unfinished) {
            throw SkepException.user(Line.UNCLOSED, "a closing " + quote + " is missing", "");
        }
    }
}
