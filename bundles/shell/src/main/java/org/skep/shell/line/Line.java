package org.skep.shell.line;

import java.util.ArrayList;
import java.util.List;
import org.skep.api.SkepException;
import org.skep.shell.line.Pipeline.Condition;

/**
 * What one line of the shell says. The language is closed: words, quotes, {@code | ; && ||} and {@code #}. Nothing is
 * expanded, and nothing is redirected.
 */
public record Line(String text, List<Pipeline> pipelines) {

    /** Longer lines are mistakes, such as a binary file on standard input. */
    public static final int MAX_LENGTH = 64 * 1024;

    /** Code of the error that more input may cure. */
    public static final String UNCLOSED = "LINE_UNCLOSED";

    /** Code of all other errors in lines. */
    public static final String INVALID = "LINE_INVALID";

    public Line {
        pipelines = List.copyOf(pipelines);
    }

    /** @throws SkepException if it is not a line of this language */
    public static Line parse(String text) {
        return parse(text, false);
    }

    /** Like {@link #parse}, but ends open quotes and forgives missing commands, because the user is still typing. */
    public static Line parseUnfinished(String text) {
        return parse(text, true);
    }

    private static Line parse(String text, boolean unfinished) {
        if (text.length() > MAX_LENGTH) {
            throw wrong("the line has " + text.length() + " characters", "at most " + MAX_LENGTH + " are accepted");
        }
        refuseBinary(text);
        List<Pipeline> pipelines = new ArrayList<>();
        Condition condition = Condition.ALWAYS;
        List<List<Word>> stages = new ArrayList<>();
        List<Word> words = new ArrayList<>();
        String operator = "";
        for (Token token : new Lexer(text, unfinished).tokens()) {
            if (token.word() != null) {
                words.add(token.word());
                continue;
            }
            if (!token.operator().equals(";") || !stages.isEmpty()) {
                require(!words.isEmpty() || unfinished, "a command is missing before '" + token.operator() + "'");
            }
            if (!words.isEmpty()) {
                stages.add(List.copyOf(words));
                words.clear();
            }
            operator = token.operator();
            if (operator.equals("|")) {
                continue;
            }
            if (!stages.isEmpty()) {
                pipelines.add(new Pipeline(condition, stages));
                stages.clear();
            }
            condition = condition(operator);
        }
        require(
                !words.isEmpty() || unfinished || operator.isEmpty() || operator.equals(";"),
                "a command is missing after '" + operator + "'");
        if (!words.isEmpty()) {
            stages.add(words);
        }
        if (!stages.isEmpty()) {
            pipelines.add(new Pipeline(condition, stages));
        }
        return new Line(text, pipelines);
    }

    /** The command at the end of a line that is being typed. */
    public static Typing typing(String text) {
        List<Word> words = new ArrayList<>();
        boolean piped = false;
        for (Token token : new Lexer(text, true).tokens()) {
            if (token.word() != null) {
                words.add(token.word());
            } else {
                words.clear();
                piped = token.operator().equals("|");
            }
        }
        boolean within = !words.isEmpty() && words.get(words.size() - 1).end() == text.length();
        Word current = within ? words.remove(words.size() - 1) : new Word("", text.length(), text.length());
        return new Typing(words.stream().map(Word::text).toList(), current, piped);
    }

    private static Condition condition(String operator) {
        return switch (operator) {
            case "&&" -> Condition.AFTER_SUCCESS;
            case "||" -> Condition.AFTER_FAILURE;
            default -> Condition.ALWAYS;
        };
    }

    /** Whether an error says that a line is not one. */
    public static boolean isWrong(SkepException e) {
        return e.code().equals(INVALID) || e.code().equals(UNCLOSED);
    }

    private static void refuseBinary(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\uFFFD' || Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r') {
                throw wrong(
                        String.format("the line is not text: byte 0x%02x at position %d", (int) c & 0xff, i + 1),
                        "commands are lines of UTF-8");
            }
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw wrong(message, "");
        }
    }

    static SkepException wrong(String message, String hint) {
        return SkepException.user(INVALID, message, hint);
    }

    /** The text as one word that this language reads back unchanged. */
    public static String quote(String word) {
        if (!word.isEmpty() && word.chars().noneMatch(c -> Lexer.SPECIAL.indexOf(c) >= 0)) {
            return word;
        }
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /**
     * Where someone is typing.
     *
     * @param before the finished words of the command
     * @param current the word at the end of the text, perhaps empty
     * @param piped whether the command reads from a pipe
     */
    public record Typing(List<String> before, Word current, boolean piped) {}

    /** Either a word or an operator. */
    record Token(Word word, String operator) {}
}
