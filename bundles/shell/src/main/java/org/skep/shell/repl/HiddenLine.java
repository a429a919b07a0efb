package org.skep.shell.repl;

import java.io.IOError;
import org.jline.keymap.KeyMap;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.Widget;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.skep.shell.session.HiddenInput;

/** A line that is typed without being shown, and not remembered. */
public record HiddenLine(Terminal terminal) implements HiddenInput {

    private static final char NOTHING = 0;

    @Override
    public String ask(String question) throws InterruptedException {
        LineReader reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .variable(LineReader.DISABLE_HISTORY, true)
                .variable(LineReader.DISABLE_COMPLETION, true)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.BRACKETED_PASTE, false)
                .build();
        Widget giveUp = () -> {
            throw new UserInterruptException("");
        };
        reader.getKeyMaps().get(LineReader.MAIN).bind(giveUp, KeyMap.ctrl('C'));
        Attributes before = terminal.getAttributes();
        Attributes keysInTurn = new Attributes(before);
        // as a signal, Ctrl-C would overtake what was typed before it, which then were the next line
        keysInTurn.setLocalFlag(LocalFlag.ISIG, false);
        terminal.setAttributes(keysInTurn);
        try {
            return reader.readLine(question, NOTHING);
        } catch (UserInterruptException e) {
            throw new InterruptedException();
        } catch (EndOfFileException | IOError e) {
            return null;
        } finally {
            terminal.setAttributes(before);
        }
    }
}
