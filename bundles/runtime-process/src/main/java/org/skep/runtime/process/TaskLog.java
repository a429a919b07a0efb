package org.skep.runtime.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;

/**
 * Reads what the supervisor wrote: {@code TIME SK TEXT}, where S is {@code o} or {@code e} for the stream and K is
 * {@code F} for a full line or {@code P} for a piece of one. Files are numbered; a new number means that the one before
 * is complete.
 */
final class TaskLog {

    private static final int BUFFER = 1 << 16;

    private final TaskDirectory directory;
    private final LogOptions options;
    private Path file;
    private InputStream input;
    private byte[] rest = new byte[0];

    private record Line(Instant time, LogSink.Stream stream, byte[] data) {}

    TaskLog(TaskDirectory directory, LogOptions options) {
        this.directory = directory;
        this.options = options;
    }

    /** What is there now, down to the wanted tail. */
    void readPast(LogSink sink) throws IOException, InterruptedException {
        if (options.tail() < 0) {
            readOn(sink);
            return;
        }
        Deque<Line> tail = new ArrayDeque<>();
        read(line -> {
            tail.addLast(line);
            if (tail.size() > options.tail()) {
                tail.removeFirst();
            }
        });
        for (Line line : tail) {
            send(line, sink);
        }
    }

    /** What came since. */
    void readOn(LogSink sink) throws IOException, InterruptedException {
        read(line -> send(line, sink));
    }

    void close() throws IOException {
        if (input != null) {
            input.close();
        }
    }

    private static void send(Line line, LogSink sink) {
        sink.line(line.time(), line.stream(), line.data());
    }

    private void read(Consumer<Line> lines) throws IOException, InterruptedException {
        do {
            drain(lines);
        } while (moveOn(lines));
    }

    /** Goes on to the next file, if there is one; then nothing more comes to the present one, but something may have. */
    private boolean moveOn(Consumer<Line> lines) throws IOException, InterruptedException {
        Optional<Path> next = next();
        if (next.isEmpty()) {
            return false;
        }
        drain(lines);
        close();
        rest = new byte[0];
        file = next.get();
        try {
            input = Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            // Rotated away before it could be read: on to the one after it.
            input = null;
        }
        return true;
    }

    private Optional<Path> next() throws IOException {
        List<Path> files = directory.logs();
        return files.stream()
                .filter(candidate -> file == null || candidate.compareTo(file) > 0)
                .findFirst();
    }

    private void drain(Consumer<Line> lines) throws IOException, InterruptedException {
        if (input == null) {
            return;
        }
        byte[] buffer = new byte[BUFFER];
        for (int count = input.read(buffer); count > 0; count = input.read(buffer)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            byte[] data = Arrays.copyOf(rest, rest.length + count);
            System.arraycopy(buffer, 0, data, rest.length, count);
            rest = split(data, lines);
        }
    }

    private byte[] split(byte[] data, Consumer<Line> lines) {
        int from = 0;
        for (int at = 0; at < data.length; at++) {
            if (data[at] == '\n') {
                parse(data, from, at).filter(this::wanted).ifPresent(lines);
                from = at + 1;
            }
        }
        return Arrays.copyOfRange(data, from, data.length);
    }

    private boolean wanted(Line line) {
        return (line.stream() == LogSink.Stream.STDOUT ? options.stdout() : options.stderr())
                && !line.time().isBefore(options.since());
    }

    /** A line that a full disk cut short is left out. */
    private static Optional<Line> parse(byte[] data, int from, int to) {
        int space = from;
        while (space < to && data[space] != ' ') {
            space++;
        }
        int text = space + 4;
        if (text > to) {
            return Optional.empty();
        }
        try {
            Instant time = Instant.parse(new String(data, from, space - from, StandardCharsets.US_ASCII));
            LogSink.Stream stream = data[space + 1] == 'o' ? LogSink.Stream.STDOUT : LogSink.Stream.STDERR;
            boolean full = data[space + 2] == 'F';
            return Optional.of(new Line(time, stream, Arrays.copyOfRange(data, text, full ? to + 1 : to)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
