package org.skep.shell.repl;

import java.util.ArrayList;
import java.util.List;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.skep.api.SkepException;
import org.skep.shell.line.Line;

/** Lets JLine see a line as the shell does. */
final class TypingParser implements Parser {

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE) {
            askForMore(line);
        }
        try {
            return new Parsed(line, cursor, Line.typing(line.substring(0, cursor)));
        } catch (SkepException e) {
            return new Parsed(line, cursor, Line.typing(""));
        }
    }

    private static void askForMore(String line) {
        try {
            Line.parse(line);
        } catch (SkepException e) {
            if (e.code().equals(Line.UNCLOSED)) {
                throw new EOFError(-1, -1, e.getMessage());
            }
        }
    }

    record Parsed(String line, int cursor, Line.Typing typing) implements CompletingParsedLine {

        @Override
        public String word() {
            return typing.current().text();
        }

        @Override
        public int wordCursor() {
            return word().length();
        }

        @Override
        public int wordIndex() {
            return typing.before().size();
        }

        @Override
        public List<String> words() {
            List<String> words = new ArrayList<>(typing.before());
            words.add(word());
            return words;
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            // the menu takes back as many characters as this has, also of a word that has not begun
            return candidate.length() == 0 ? "" : Line.quote(candidate.toString());
        }

        @Override
        public int rawWordCursor() {
            return typing.current().end() - typing.current().start();
        }

        @Override
        public int rawWordLength() {
            return rawWordCursor();
        }
    }
}
