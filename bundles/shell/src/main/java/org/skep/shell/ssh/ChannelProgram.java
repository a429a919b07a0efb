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
import java.util.function.Consumer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.session.ServerSession;
import org.jline.terminal.Terminal;
import org.skep.api.command.StillRunning;
import org.skep.shell.audit.Audit;
import org.skep.shell.repl.HiddenLine;
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
    private final Audit audit;
    private final Path historyDirectory;
    private final Optional<String> line;
    private final Consumer<ChannelProgram> ended;
    private InputStream in;
    private OutputStream out;
    private OutputStream err;
    private Batches batches;
    private ExitCallback exit;
    private volatile Thread thread;
    private volatile ShellSession session;
    private volatile boolean destroyed;

    /**
     * @param line what to run; empty for the prompt
     * @param ended told when its thread ends
     */
    ChannelProgram(
            Shell shell,
            FileUsers users,
            Audit audit,
            Path historyDirectory,
            Optional<String> line,
            Consumer<ChannelProgram> ended) {
        this.shell = shell;
        this.users = users;
        this.audit = audit;
        this.historyDirectory = historyDirectory;
        this.line = line;
        this.ended = ended;
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
        batches = new Batches("ssh output of " + connection.getUsername(), out, err);
        Thread worker = new Thread(() -> run(connection, environment), "ssh " + connection.getUsername());
        worker.setDaemon(true);
        // what libraries look up must not depend on who accepted the connection
        worker.setContextClassLoader(ChannelProgram.class.getClassLoader());
        thread = worker;
        worker.start();
    }

    /** Waits for the command to take its interruption. */
    void awaitEnd(Duration patience) throws InterruptedException {
        Thread worker = thread;
        // a command may itself be what stops the shell
        if (worker != null && worker != Thread.currentThread()) {
            worker.join(patience.toMillis());
        }
    }

    @Override
    public void destroy(ChannelSession channel) {
        destroyed = true;
        ShellSession current = session;
        if (current != null) {
            current.leave();
        }
        Thread worker = thread;
        if (worker == null) {
            ended.accept(this);
        } else {
            worker.interrupt();
        }
    }

    private void run(ServerSession connection, Environment environment) {
        int status = Shell.FAILED;
        try {
            Identity identity = Door.identity(connection, users);
            Map<String, String> variables = ClientEnvironment.of(environment.getEnv());
            Optional<RemoteTerminal> terminal = RemoteTerminal.open(environment, in, batches.out());
            try {
                status = terminal.isPresent()
                        ? onTerminal(terminal.get(), identity, variables, connection)
                        : plain(identity, variables, environment, connection);
            } finally {
                if (terminal.isPresent()) {
                    terminal.get().close();
                }
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            LOG.error("an SSH channel of {} failed", connection.getUsername(), e);
        } finally {
            ended.accept(this);
            if (!destroyed) {
                Thread.interrupted();
            }
            flush();
            if (!destroyed) {
                exit.onExit(status);
            }
        }
    }

    private int plain(
            Identity identity, Map<String, String> variables, Environment environment, ServerSession connection) {
        session = new ShellSession(
                identity, audit, variables, in, print(batches.out()), print(batches.err()), Optional.empty());
        Thread worker = Thread.currentThread();
        environment.addSignalListener((channel, signal) -> worker.interrupt(), Signal.INT, Signal.TERM);
        // "ssh -T HOST" and "ssh HOST < FILE": a shell without a terminal is a script
        return one(line.orElse("source -"), connection);
    }

    private int onTerminal(
            RemoteTerminal remote, Identity identity, Map<String, String> variables, ServerSession connection) {
        Terminal terminal = remote.terminal();
        PrintStream output = print(terminal.output());
        InputStream input = line.isPresent() ? terminal.input() : InputStream.nullInputStream();
        session = new ShellSession(identity, audit, variables, input, output, output, Optional.of(remote));
        session.asking(new HiddenLine(terminal));
        if (line.isPresent()) {
            Thread worker = Thread.currentThread();
            terminal.handle(Terminal.Signal.INT, signal -> {
                terminal.writer().println();
                terminal.flush();
                worker.interrupt();
            });
            return one(line.get(), connection);
        }
        Path history = historyDirectory.resolve(identity.user());
        new Repl(shell, text -> busy(text, connection), terminal, session, history).run();
        return 0;
    }

    private int one(String text, ServerSession connection) {
        try {
            return busy(text, connection);
        } catch (InterruptedException e) {
            session.err().print(StillRunning.message(e) + "\n");
            session.err().flush();
            return Shell.FAILED;
        }
    }

    private int busy(String text, ServerSession connection) throws InterruptedException {
        IdleClock.stop(connection);
        try {
            return shell.run(text, session);
        } finally {
            IdleClock.start(connection);
        }
    }

    private void flush() {
        try {
            if (session != null) {
                session.out().flush();
                session.err().flush();
            }
            batches.close();
        } catch (IOException e) {
            LOG.debug("the client is gone", e);
        }
    }

    private static PrintStream print(OutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }
}
