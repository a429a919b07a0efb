package org.skep.api.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.skep.api.runtime.LogSink;

/** A log sink that keeps what it gets. */
public final class RecordingSink implements LogSink {

    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();

    /** @param text without the line feed */
    public record Line(Instant time, Stream stream, String text) {}

    @Override
    public void line(Instant time, Stream stream, byte[] data) {
        if (end.isDone()) {
            throw new IllegalStateException("a line after the end");
        }
        lines.add(new Line(time, stream, new String(data, StandardCharsets.UTF_8).stripTrailing()));
    }

    @Override
    public void end(String problem) {
        if (!end.complete(problem)) {
            throw new IllegalStateException("a second end");
        }
    }

    public List<Line> lines() {
        return List.copyOf(lines);
    }

    public List<String> texts() {
        return lines.stream().map(Line::text).toList();
    }

    public List<String> texts(Stream stream) {
        return lines.stream()
                .filter(line -> line.stream() == stream)
                .map(Line::text)
                .toList();
    }

    /** Waits for the end of the log. */
    public String awaitEnd(Duration limit) {
        try {
            return end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError("the log did not end; it has " + texts(), e);
        }
    }

    public boolean ended() {
        return end.isDone();
    }
}
