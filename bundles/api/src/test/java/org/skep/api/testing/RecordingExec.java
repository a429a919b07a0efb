package org.skep.api.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.skep.api.runtime.ExecSink;
import org.skep.api.runtime.LogSink;

/** Keeps what a command inside a task says. */
public final class RecordingExec implements ExecSink {

    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public void output(LogSink.Stream stream, byte[] data) {
        if (end.isDone()) {
            throw new IllegalStateException("output after the end");
        }
        ByteArrayOutputStream bytes = of(stream);
        synchronized (bytes) {
            bytes.writeBytes(data);
        }
    }

    @Override
    public void ended(int exitCode) {
        end("exit " + exitCode);
    }

    @Override
    public void failed(String problem) {
        end("failed: " + problem);
    }

    private void end(String how) {
        if (!end.complete(how)) {
            throw new IllegalStateException("a second end");
        }
    }

    public String text(LogSink.Stream stream) {
        ByteArrayOutputStream bytes = of(stream);
        synchronized (bytes) {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private ByteArrayOutputStream of(LogSink.Stream stream) {
        return stream == LogSink.Stream.STDOUT ? stdout : stderr;
    }

    public boolean over() {
        return end.isDone();
    }

    /** {@code exit CODE} or {@code failed: PROBLEM}. */
    public String awaitEnd(Duration limit) {
        try {
            return end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError(
                    "the command did not end; it said " + text(LogSink.Stream.STDOUT) + text(LogSink.Stream.STDERR), e);
        }
    }
}
