package org.skep.runtime.docker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.api.runtime.Exec;
import org.skep.api.runtime.ExecOptions;
import org.skep.api.runtime.ExecSink;
import org.skep.api.runtime.LogSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command in a container. One thread of its own reads what it says, for as long as it runs. */
final class DockerExec implements Exec {

    private static final Logger LOG = LoggerFactory.getLogger(DockerExec.class);

    /** How engines begin what they say in place of a command that cannot be started. */
    private static final byte[] NOT_STARTED = "OCI runtime exec failed".getBytes(StandardCharsets.US_ASCII);

    /** An engine notes the exit code a moment after the last output. */
    private static final int LOOKS = 200;

    private static final long PAUSE_MILLIS = 10;

    private final Engine engine;
    private final String container;
    private final ExecOptions options;
    private final ExecSink sink;
    private final Consumer<DockerExec> whenOver;
    private final Thread thread = new Thread(this::run, "docker-exec");
    private final CompletableFuture<Optional<ExecConnection>> connection = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile String id = "";
    private Optional<String> notStarted = Optional.empty();
    private boolean spoke;
    private int width;
    private int height;

    DockerExec(Engine engine, String container, ExecOptions options, ExecSink sink, Consumer<DockerExec> whenOver) {
        this.engine = engine;
        this.container = container;
        this.options = options;
        this.sink = sink;
        this.whenOver = whenOver;
        thread.setDaemon(true);
    }

    void begin() {
        thread.start();
    }

    private void run() {
        try {
            id = create();
            try (ExecConnection open = new ExecConnection(engine.address(), id, options.terminal())) {
                applySize();
                connection.complete(Optional.of(open));
                if (over.get()) {
                    return;
                }
                open.read(this::say);
            }
            tellEnd(exitCode());
        } catch (ConflictException | NotFoundException gone) {
            fail("its task is not running");
        } catch (DockerException refused) {
            fail(Failures.line(refused));
        } catch (SkepException e) {
            fail(e.getMessage());
        } catch (IOException e) {
            fail("the connection to the Docker Engine broke off: " + Failures.line(e));
        } catch (InterruptedException e) {
            LOG.debug("Nobody listens any more");
        } catch (RuntimeException e) {
            LOG.warn("A command in container {}", container, e);
            fail(Failures.line(e));
        } finally {
            connection.complete(Optional.empty());
            if (over.get() && !id.isEmpty()) {
                kill();
            }
            whenOver.accept(this);
        }
    }

    private String create() throws InterruptedException {
        ObjectNode request = JsonNodeFactory.instance
                .objectNode()
                .put("AttachStdin", options.input())
                .put("AttachStdout", true)
                .put("AttachStderr", true)
                .put("Tty", options.terminal())
                .put("User", options.user())
                .put("WorkingDir", options.workdir())
                // Engines watch for keys that detach, and keep those back; this one is never typed.
                .put("DetachKeys", "ctrl-@,ctrl-@,ctrl-@,ctrl-@");
        options.command().forEach(request.putArray("Cmd")::add);
        options.env().forEach(request.putArray("Env")::add);
        return engine.ask(client -> engine.raw().post("/containers/" + container + "/exec", request))
                .path("Id")
                .asText();
    }

    private void say(LogSink.Stream stream, byte[] data) {
        if (!spoke && Arrays.mismatch(data, NOT_STARTED) == NOT_STARTED.length) {
            notStarted = Optional.of(new String(data, StandardCharsets.UTF_8));
        } else if (!over.get()) {
            sink.output(stream, data);
        }
        spoke = true;
    }

    private int exitCode() throws InterruptedException {
        for (int look = 0; look < LOOKS; look++) {
            InspectExecResponse exec =
                    engine.ask(client -> client.inspectExecCmd(id).exec());
            if (!exec.isRunning() && exec.getExitCodeLong() != null) {
                return exec.getExitCodeLong().intValue();
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        throw SkepException.external("EXEC_LOST", "the Docker Engine let go of the command", "", null);
    }

    private void tellEnd(int exitCode) {
        if (notStarted.isPresent()) {
            fail(Failures.line(notStarted.get()));
        } else if (over.compareAndSet(false, true)) {
            id = "";
            sink.ended(exitCode);
        }
    }

    private void fail(String problem) {
        if (over.compareAndSet(false, true)) {
            id = "";
            sink.failed(problem);
        }
    }

    @Override
    public void input(byte[] data) throws InterruptedException {
        try {
            Optional<ExecConnection> open = connection.get();
            if (open.isPresent() && options.input()) {
                open.get().write(data);
            }
        } catch (ClosedByInterruptException e) {
            throw new InterruptedException();
        } catch (IOException e) {
            LOG.debug("The command has ended", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void endOfInput() {
        connection.thenAccept(open -> open.ifPresent(ended -> {
            try {
                ended.endOfInput();
            } catch (IOException e) {
                LOG.debug("The command has ended", e);
            }
        }));
    }

    @Override
    public void resize(int newWidth, int newHeight) {
        synchronized (this) {
            width = newWidth;
            height = newHeight;
        }
        if (connection.isDone()) {
            applySize();
        }
    }

    private void applySize() {
        int columns;
        int rows;
        synchronized (this) {
            columns = width;
            rows = height;
        }
        String exec = id;
        if (!options.terminal() || columns <= 0 || rows <= 0 || exec.isEmpty()) {
            return;
        }
        try {
            engine.client().resizeExecCmd(exec).withSize(rows, columns).exec();
        } catch (RuntimeException e) {
            LOG.debug("The size of a terminal", e);
        }
    }

    @Override
    public void close() {
        if (over.compareAndSet(false, true)) {
            connection.thenAccept(open -> open.ifPresent(DockerExec::close));
        }
    }

    private static void close(ExecConnection open) {
        try {
            open.close();
        } catch (IOException e) {
            LOG.debug("Closing a command's connection", e);
        }
    }

    /** Engines cannot end a command. On this host, it is a process like others. */
    private void kill() {
        try {
            InspectExecResponse exec =
                    engine.tell(client -> client.inspectExecCmd(id).exec());
            if (exec.isRunning() && exec.getPidLong() != null && isOfContainer(exec.getPidLong())) {
                ProcessHandle.of(exec.getPidLong()).ifPresent(process -> {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                });
            }
        } catch (DockerException | SkepException e) {
            LOG.debug("The command is gone", e);
        }
    }

    /** The engine may be elsewhere, or see other process numbers. */
    private boolean isOfContainer(long pid) {
        try {
            return engine.address().isLocal()
                    && Files.readString(Path.of("/proc", Long.toString(pid), "cgroup"))
                            .contains(container);
        } catch (IOException e) {
            return false;
        }
    }
}
