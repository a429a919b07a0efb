package org.skep.shell.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerSession;
import org.jline.terminal.Terminal;
import org.skep.shell.repl.Repl;
import org.skep.shell.run.Shell;
import org.skep.shell.session.Identity;
import org.skep.shell.session.ShellSession;
import org.skep.shell.users.FileUsers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs in a channel: one line, or the prompt. It has a thread of its own, which ends with the channel. */
final class ChannelProgram implements Command {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelProgram.class);

    private final Shell shell;
    private final FileUsers users;
    private final Path historyDirectory;
    private final Optional<String> line;
    private InputStream in;
    private OutputStream out;
    private OutputStream err;
    private ExitCallback exit;
    private volatile Thread thread;
    private volatile ShellSession session;

    /** @param line what to run; empty for the prompt */
    ChannelProgram(Shell shell, FileUsers users, Path historyDirectory, Optional<String> line) {
        this.shell = shell;
        this.users = users;
        this.historyDirectory = historyDirectory;
        this.line = line;
    }

    @Override
    public void setInputStream(InputStream stream) {
        in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        err = stream;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        ServerSession connection = channel.getServerSession();
        Thread worker = new Thread(() -> run(connection, environment), "ssh " + connection.getUsername());
        worker.setDaemon(true);
        thread = worker;
        worker.start();
    }

    @Override
    public void destroy(ChannelSession channel) {
        ShellSession current = session;
        if (current != null) {
            current.leave();
        }
        Thread worker = thread;
        if (worker != null) {
            worker.interrupt();
        }
    }

    private void run(ServerSession connection, Environment environment) {
        int status = Shell.FAILED;
        try {
            Identity identity = Door.identity(connection, users);
            Map<String, String> variables = ClientEnvironment.of(environment.getEnv());
            Optional<RemoteTerminal> terminal = RemoteTerminal.open(environment, in, out);
            try {
                status = terminal.isPresent()
                        ? onTerminal(terminal.get(), identity, variables, connection)
                        : plain(identity, variables, connection);
            } finally {
                if (terminal.isPresent()) {
                    terminal.get().close();
                }
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            LOG.error("an SSH channel of {} failed", connection.getUsername(), e);
        } finally {
            thread = null;
            Thread.interrupted();
            flush();
            exit.onExit(status);
        }
    }

    private int plain(Identity identity, Map<String, String> variables, ServerSession connection) {
        PrintStream output = print(out);
        session = new ShellSession(identity, variables, in, output, print(err), Optional.empty());
        if (line.isPresent()) {
            return one(connection);
        }
        // "ssh -T HOST" and "ssh HOST < FILE": a shell without a terminal is a script
        return run("source -", connection);
    }

    private int onTerminal(
            RemoteTerminal remote, Identity identity, Map<String, String> variables, ServerSession connection) {
        Terminal terminal = remote.terminal();
        PrintStream output = print(terminal.output());
        InputStream input = line.isPresent() ? terminal.input() : InputStream.nullInputStream();
        session = new ShellSession(identity, variables, input, output, output, Optional.of(remote));
        if (line.isPresent()) {
            Thread worker = Thread.currentThread();
            terminal.handle(Terminal.Signal.INT, signal -> worker.interrupt());
            return one(connection);
        }
        new Repl(shell, terminal, session, historyDirectory.resolve(identity.user())).run();
        return 0;
    }

    private int one(ServerSession connection) {
        return run(line.orElseThrow(), connection);
    }

    private int run(String text, ServerSession connection) {
        // a quiet "service logs -f" is not idle
        CoreModuleProperties.IDLE_TIMEOUT.set(connection, Duration.ZERO);
        try {
            return shell.run(text, session);
        } catch (InterruptedException e) {
            session.err().print("Interrupted\n");
            session.err().flush();
            return Shell.FAILED;
        } finally {
            CoreModuleProperties.IDLE_TIMEOUT.remove(connection);
        }
    }

    private void flush() {
        try {
            if (session != null) {
                session.out().flush();
                session.err().flush();
            }
            out.flush();
            err.flush();
        } catch (IOException e) {
            LOG.debug("the client is gone", e);
        }
    }

    private static PrintStream print(OutputStream stream) {
        return new PrintStream(new java.io.BufferedOutputStream(stream, 8192), true, StandardCharsets.UTF_8);
    }
}
