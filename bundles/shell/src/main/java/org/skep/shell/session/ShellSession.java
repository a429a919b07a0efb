package org.skep.shell.session;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.skep.api.SkepException;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.file.IoReasons;
import org.skep.shell.audit.Audit;
import org.skep.shell.audit.AuditEvent;
import org.skep.shell.line.LineInput;

/** A session as commands see it; lines in pipes and scripts run in variants of it. */
public final class ShellSession implements Session {

    private final Identity identity;
    private final Audit audit;
    private final Map<String, String> environment;
    private final State state;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Optional<Screen> screen;

    public ShellSession(
            Identity identity,
            Audit audit,
            Map<String, String> environment,
            InputStream in,
            PrintStream out,
            PrintStream err,
            Optional<Screen> screen) {
        this(identity, audit, Map.copyOf(environment), new State(), in, out, err, screen);
    }

    private ShellSession(
            Identity identity,
            Audit audit,
            Map<String, String> environment,
            State state,
            InputStream in,
            PrintStream out,
            PrintStream err,
            Optional<Screen> screen) {
        this.identity = identity;
        this.audit = audit;
        this.environment = environment;
        this.state = state;
        this.in = in;
        this.out = out;
        this.err = err;
        this.screen = screen;
    }

    /** The same session, printing elsewhere and not on the terminal. */
    public ShellSession printingTo(PrintStream other) {
        return new ShellSession(identity, audit, environment, state, in, other, err, Optional.empty());
    }

    /** The same session, printing and reporting elsewhere, as if on the terminal. */
    public ShellSession drawingOn(PrintStream other) {
        return new ShellSession(identity, audit, environment, state, in, other, other, screen);
    }

    /** The same session, whose standard input someone else is reading. */
    public ShellSession withoutInput() {
        return new ShellSession(identity, audit, environment, state, InputStream.nullInputStream(), out, err, screen);
    }

    @Override
    public String user() {
        return identity.user();
    }

    @Override
    public Role role() {
        return identity.role().get();
    }

    @Override
    public String origin() {
        return identity.origin();
    }

    /** Fingerprint of the key that opened the session. */
    public String key() {
        return identity.key();
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return err;
    }

    @Override
    public Optional<Screen> screen() {
        return screen;
    }

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name));
    }

    @Override
    public void audit(String event, Map<String, Object> details) {
        audit.record(AuditEvent.detail(event, user(), origin(), key(), details));
    }

    /** Ends the session after the present line. */
    public void leave() {
        state.leaving = true;
    }

    public boolean leaving() {
        return state.leaving;
    }

    /** Where {@code history} finds the lines typed so far; a session without a prompt has none. */
    public void history(Supplier<List<String>> lines) {
        state.history = lines;
    }

    public List<String> history() {
        return state.history.get();
    }

    /** How to ask at the terminal; without one, answers are lines of the input. */
    public void asking(HiddenInput terminal) {
        state.asking = Optional.of(terminal);
    }

    @Override
    public String secret(String question) throws InterruptedException {
        String answer = state.asking.isPresent() ? state.asking.get().ask(question) : nextLine();
        if (answer == null || answer.isBlank()) {
            throw SkepException.user(
                    "NO_INPUT",
                    "nothing was given for '" + question.replaceFirst(":\\s*$", "") + "'",
                    "type it at a terminal, or send it on standard input");
        }
        return answer.strip();
    }

    private String nextLine() throws InterruptedException {
        try {
            return new LineInput(in).next();
        } catch (InterruptedIOException e) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw SkepException.external("INPUT_FAILED", "cannot read standard input: " + IoReasons.of(e), "", e);
        }
    }

    @Override
    public byte[] read(String file, int limit) {
        try (InputStream stream = open(file)) {
            byte[] content = stream.readNBytes(limit + 1);
            if (content.length > limit) {
                throw SkepException.user(
                        "FILE_TOO_LARGE", describe(file) + " is too large", "at most " + limit + " bytes are accepted");
            }
            return content;
        } catch (IOException e) {
            throw SkepException.user("FILE_UNREADABLE", "cannot read " + describe(file) + ": " + IoReasons.of(e), "");
        }
    }

    /** Opens what a file argument names, by the rules of {@link #read}. */
    public InputStream open(String file) {
        if (file.equals("-")) {
            // the channel would take a closed input for a broken client, and end the session
            return new FilterInputStream(in) {
                @Override
                public void close() {}
            };
        }
        if (!role().includes(Role.ADMIN)) {
            throw SkepException.user(
                    "FILE_FORBIDDEN",
                    "reading files of this host needs the role admin; you are " + roleName(role()),
                    "send the content on standard input and name it '-'");
        }
        Path path = resolve(file);
        try {
            if (Files.isDirectory(path)) {
                throw SkepException.user("FILE_UNREADABLE", "cannot read " + path + ": it is a directory", "");
            }
            return Files.newInputStream(path);
        } catch (IOException e) {
            throw SkepException.user("FILE_UNREADABLE", "cannot read " + path + ": " + IoReasons.of(e), "");
        }
    }

    private Path resolve(String file) {
        try {
            Path path = Path.of(file);
            if (path.isAbsolute()) {
                return path;
            }
            return environment("SKEP_PWD")
                    .map(Path::of)
                    .filter(Path::isAbsolute)
                    .map(directory -> directory.resolve(path).normalize())
                    .orElseThrow(() -> SkepException.user(
                            "FILE_RELATIVE",
                            "the file name '" + file + "' is relative, and this session has no directory",
                            "name the file from /, or send it on standard input and name it '-'"));
        } catch (java.nio.file.InvalidPathException e) {
            throw SkepException.user("FILE_INVALID", "'" + file + "' is not a file name", "");
        }
    }

    public static String roleName(Role role) {
        return role.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String describe(String file) {
        return file.equals("-") ? "standard input" : file;
    }

    /** What all variants of a session share. */
    private static final class State {
        private volatile boolean leaving;
        private volatile Supplier<List<String>> history = List::of;
        private volatile Optional<HiddenInput> asking = Optional.empty();
    }
}
