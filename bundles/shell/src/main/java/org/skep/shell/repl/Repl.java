package org.skep.shell.repl;

import java.io.IOError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.Widget;
import org.jline.terminal.Terminal;
import org.jline.utils.NonBlockingReader;
import org.skep.api.command.StillRunning;
import org.skep.shell.run.Shell;
import org.skep.shell.session.ShellSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The prompt: reads lines until the user has enough. */
public final class Repl {

    private static final Logger LOG = LoggerFactory.getLogger(Repl.class);
    private static final String PROMPT = "swarm> ";
    private static final int REMEMBERED = 1000;

    /** What a kernel's terminal takes. */
    private static final int LONGEST_TYPED = 4096;

    private final LineRunner runner;
    private final Terminal terminal;
    private final ShellSession session;
    private final Completions completions;
    private final MaskedHistory history;
    private final LineReader reader;
    private boolean tooLong;

    /**
     * @param runner runs a line in {@code shell}
     * @param historyFile where lines are remembered
     */
    public Repl(Shell shell, LineRunner runner, Terminal terminal, ShellSession session, Path historyFile) {
        this.runner = runner;
        this.terminal = terminal;
        this.session = session;
        completions = new Completions(shell);
        history = new MaskedHistory(shell::mask);
        session.history(history::lines);
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("skep")
                .parser(new TypingParser())
                .completer((line, parsed, candidates) -> complete(parsed, candidates))
                .history(history)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "> ")
                .variable(LineReader.HISTORY_SIZE, REMEMBERED)
                .variable(LineReader.HISTORY_FILE_SIZE, REMEMBERED)
                .option(Option.DISABLE_EVENT_EXPANSION, true)
                .option(Option.HISTORY_IGNORE_SPACE, true)
                .option(Option.HISTORY_TIMESTAMPED, false)
                .option(Option.AUTO_FRESH_LINE, false)
                .build();
        Widget insert = reader.getBuiltinWidgets().get(LineReader.SELF_INSERT);
        reader.getWidgets().put(LineReader.SELF_INSERT, () -> insert(insert));
        if (!session.screen().map(screen -> screen.colour()).orElse(false)) {
            reader.setVariable(LineReader.COMPLETION_STYLE_STARTING, "default");
        }
        if (prepare(historyFile)) {
            reader.setVariable(LineReader.HISTORY_FILE, historyFile);
        }
    }

    /** Takes all that has arrived at once, because JLine draws the whole line anew after every key. */
    private boolean insert(Widget one) {
        if (full()) {
            tooLong = true;
        } else {
            one.apply();
        }
        try {
            NonBlockingReader keys = terminal.reader();
            while (isPlain(keys.peek(1))) {
                int key = keys.read();
                if (full()) {
                    tooLong = true;
                } else {
                    reader.getBuffer().write(key);
                }
            }
        } catch (IOException e) {
            throw new IOError(e);
        }
        return true;
    }

    private boolean full() {
        return reader.getBuffer().length() >= LONGEST_TYPED;
    }

    private static boolean isPlain(int key) {
        return key >= ' ' && key != 0x7f && key <= Character.MAX_VALUE && !Character.isSurrogate((char) key);
    }

    private static boolean prepare(Path file) {
        try {
            Files.createDirectories(file.getParent());
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            return true;
        } catch (IOException e) {
            LOG.warn("lines will not be remembered: cannot write {}: {}", file, e.toString());
            return false;
        }
    }

    /** Returns when the user leaves or the connection ends. */
    public void run() {
        while (!session.leaving()) {
            try {
                tooLong = false;
                String line = reader.readLine(PROMPT);
                if (tooLong) {
                    // half a command is not what was meant
                    session.err()
                            .print("Error: the line is too long to type (at most " + LONGEST_TYPED
                                    + " characters; put longer ones in a file)\n");
                } else if (!line.isBlank()) {
                    run(line);
                }
            } catch (UserInterruptException e) {
                LOG.trace("line abandoned");
            } catch (EndOfFileException | IOError e) {
                return;
            }
        }
    }

    private void run(String line) {
        Thread thread = Thread.currentThread();
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> {
            // shows the "^C" before what the command has to say about it
            terminal.writer().println();
            terminal.flush();
            thread.interrupt();
        });
        try {
            runner.run(line);
        } catch (InterruptedException e) {
            session.err().print(StillRunning.message(e) + "\n");
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
            Thread.interrupted();
            terminal.flush();
        }
    }

    /** What happens to a line. */
    public interface LineRunner {
        void run(String line) throws InterruptedException;
    }

    private void complete(ParsedLine parsed, List<Candidate> candidates) {
        try {
            TypingParser.Parsed typed = (TypingParser.Parsed) parsed;
            for (String word : completions.next(typed.typing(), session.role())) {
                boolean complete = !word.endsWith("=");
                candidates.add(new Candidate(word, word, null, null, null, null, complete));
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("no completion", e);
        }
    }
}
