package org.skep.shell;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.shell.audit.AuditEvent;
import org.skep.shell.run.Shell;
import org.skep.shell.session.Identity;
import org.skep.shell.session.ShellSession;

/** Runs lines as someone, and remembers what they said. */
public final class TestSession {

    public final FakeCommands commands = new FakeCommands();
    public final List<AuditEvent> audited = new ArrayList<>();
    public final Shell shell = new Shell(commands, audited::add);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Role role = Role.ADMIN;
    private Map<String, String> environment = Map.of();
    private Optional<Session.Screen> screen = Optional.empty();

    public TestSession as(Role newRole) {
        role = newRole;
        return this;
    }

    public TestSession with(Map<String, String> variables) {
        environment = variables;
        return this;
    }

    public TestSession on(Session.Screen newScreen) {
        screen = Optional.of(newScreen);
        return this;
    }

    public record Result(int status, String out, String err) {}

    public Result run(String line) throws InterruptedException {
        return run(line, new byte[0]);
    }

    public Result run(String line, byte[] input) throws InterruptedException {
        out.reset();
        err.reset();
        int status = shell.run(line, session(input));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public ShellSession session(byte[] input) {
        return session(new ByteArrayInputStream(input));
    }

    public ShellSession session(InputStream input) {
        return new ShellSession(
                new Identity("anna", () -> role, "10.0.0.7:1", "SHA256:x"),
                audited::add,
                environment,
                input,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                screen);
    }
}
