package org.skep.api.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.skep.api.runtime.Exec;
import org.skep.api.runtime.ExecOptions;
import org.skep.api.runtime.ExecSink;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.TaskDescription;

/** A command inside a task of a {@link FakeHost}. It has a thread of its own, as a real one has a process. */
public final class FakeExec implements Exec {

    private static final byte[] END = {};

    private final TaskDescription task;
    private final ExecOptions options;
    private final ExecSink sink;
    private final Consumer<FakeExec> gone;
    private final BlockingQueue<byte[]> input = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile String size = "";
    private final AtomicBoolean over = new AtomicBoolean();

    FakeExec(TaskDescription task, ExecOptions options, ExecSink sink, Consumer<FakeExec> gone) {
        this.task = task;
        this.options = options;
        this.sink = sink;
        this.gone = gone;
        if (!options.input()) {
            input.add(END);
        }
    }

    public ExecOptions options() {
        return options;
    }

    /** All its input until now. */
    public String received() {
        synchronized (received) {
            return received.toString(StandardCharsets.UTF_8);
        }
    }

    /** {@code WIDTHxHEIGHT} of its terminal; empty if it was never told. */
    public String size() {
        return size;
    }

    /** It says something. */
    public void print(LogSink.Stream stream, String line) {
        output(stream, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** It ends by itself. */
    public synchronized void end(int exitCode) {
        if (leave()) {
            sink.ended(exitCode);
        }
    }

    void begin(Optional<Workload> command) {
        Thread thread = new Thread(() -> run(command), "fake-exec-" + task.id());
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Optional<Workload> command) {
        if (command.isEmpty()) {
            fail("exec: \"" + options.command().get(0) + "\": executable file not found in $PATH");
            return;
        }
        List<String> env = new ArrayList<>(options.env());
        env.add("PWD=" + (options.workdir().isEmpty() ? "/" : options.workdir()));
        env.addAll(task.container().env());
        command.get().stdout().forEach(line -> print(LogSink.Stream.STDOUT, FakeRuntimeDriver.expand(line, env)));
        command.get().stderr().forEach(line -> print(LogSink.Stream.STDERR, FakeRuntimeDriver.expand(line, env)));
        boolean reads = command.get().echoing() || command.get().exit().isEmpty();
        try {
            for (byte[] data = reads ? input.take() : END; data != END; data = input.take()) {
                synchronized (received) {
                    received.writeBytes(data);
                }
                if (command.get().echoing()) {
                    output(LogSink.Stream.STDOUT, data);
                }
            }
        } catch (InterruptedException e) {
            return;
        }
        command.get().exit().ifPresent(this::end);
    }

    private synchronized void fail(String problem) {
        if (leave()) {
            sink.failed(problem);
        }
    }

    private boolean leave() {
        gone.accept(this);
        return over.compareAndSet(false, true);
    }

    private synchronized void output(LogSink.Stream stream, byte[] data) {
        if (!over.get()) {
            sink.output(options.terminal() ? LogSink.Stream.STDOUT : stream, data);
        }
    }

    @Override
    public void input(byte[] data) {
        if (data.length > 0) {
            input.add(data.clone());
        }
    }

    @Override
    public void endOfInput() {
        input.add(END);
    }

    @Override
    public void resize(int width, int height) {
        size = width + "x" + height;
    }

    @Override
    public void close() {
        leave();
        input.add(END);
    }
}
