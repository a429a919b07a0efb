package org.skep.runtime.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.skep.api.runtime.LogFollower;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of a container. Followed, it goes on where it was when the engine has been away. */
final class TaskLog implements LogFollower {

    private static final Logger LOG = LoggerFactory.getLogger(TaskLog.class);
    private static final long PAUSE_MILLIS = 250;

    private final Engine engine;
    private final String container;
    private final LogOptions options;
    private final LogSink sink;
    private final BooleanSupplier taskEnded;
    private final Consumer<TaskLog> whenDone;
    private final AtomicBoolean done = new AtomicBoolean();

    /** Where to go on after a break. */
    private volatile Instant from;

    /** The oldest lines are given already. */
    private volatile boolean begun;

    private volatile Stream stream;

    TaskLog(
            Engine engine,
            String container,
            LogOptions options,
            LogSink sink,
            BooleanSupplier taskEnded,
            Consumer<TaskLog> whenDone) {
        this.engine = engine;
        this.container = container;
        this.options = options;
        this.sink = sink;
        this.taskEnded = taskEnded;
        this.whenDone = whenDone;
        this.from = options.since();
    }

    void open() {
        if (done.get()) {
            return;
        }
        if (!options.stdout() && !options.stderr()) {
            finish("");
            return;
        }
        boolean sifted = !begun && options.tail() >= 0 && options.stdout() != options.stderr();
        LogContainerCmd command = engine.client()
                .logContainerCmd(container)
                .withTimestamps(true)
                .withStdOut(options.stdout())
                .withStdErr(options.stderr())
                .withFollowStream(options.follow() && !sifted);
        if (from.getEpochSecond() > 0) {
            command.withSince((int) Math.min(Integer.MAX_VALUE, from.getEpochSecond()));
        }
        if (begun || options.tail() < 0 || sifted) {
            command.withTailAll();
        } else {
            command.withTail(atMost(options.tail()));
        }
        Stream opened = new Stream(sifted ? new Newest(atMost(options.tail()), from) : this::give);
        stream = opened;
        command.exec(opened);
    }

    private static int atMost(long number) {
        return (int) Math.min(Integer.MAX_VALUE, number);
    }

    private void give(Line line) {
        begun = true;
        from = after(from, line);
        if (!done.get()) {
            sink.line(line.time(), line.stream(), line.data());
        }
    }

    /** Ends the lines; the sink hears no more. */
    @Override
    public void close() {
        if (done.compareAndSet(false, true)) {
            whenDone.accept(this);
        }
        Stream open = stream;
        if (open != null) {
            open.close();
        }
    }

    private void finish(String problem) {
        if (done.compareAndSet(false, true)) {
            whenDone.accept(this);
            sink.end(problem);
        }
    }

    private void ended(Throwable failure, Consumer<Line> lines) {
        if (failure == null && lines instanceof Newest newest) {
            newest.lines.forEach(this::give);
            from = newest.next;
            begun = true;
            if (options.follow()) {
                open();
                return;
            }
        }
        boolean gone = failure instanceof NotFoundException;
        boolean refused =
                failure != null && !(failure.getCause() instanceof IOException) && !(failure instanceof IOException);
        if (gone || failure == null && (!options.follow() || taskEnded.getAsBoolean())) {
            finish("");
        } else if (!options.follow() || refused) {
            finish(Failures.line(failure));
        } else {
            LOG.debug("The log of {} broke off", container, failure);
            CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                    .execute(this::open);
        }
    }

    private static Instant after(Instant from, Line line) {
        // The two streams need not come in the order of their times.
        Instant next = line.time().plusNanos(1);
        return next.isAfter(from) ? next : from;
    }

    private record Line(Instant time, LogSink.Stream stream, byte[] data) {}

    /** Keeps the last lines of one stream: engines count those of both. */
    private static final class Newest implements Consumer<Line> {

        private final int size;
        private final Deque<Line> lines = new ArrayDeque<>();
        private Instant next;

        Newest(int size, Instant from) {
            this.size = size;
            this.next = from;
        }

        @Override
        public void accept(Line line) {
            next = after(next, line);
            lines.addLast(line);
            if (lines.size() > size) {
                lines.removeFirst();
            }
        }
    }

    /** One connection. */
    private final class Stream implements ResultCallback<Frame> {

        private final Instant first = from;
        private final Consumer<Line> lines;
        private final LogLines out = assembler(LogSink.Stream.STDOUT);
        private final LogLines err = assembler(LogSink.Stream.STDERR);
        private volatile Closeable stream;
        private Throwable problem;

        Stream(Consumer<Line> lines) {
            this.lines = lines;
        }

        private LogLines assembler(LogSink.Stream kind) {
            return new LogLines((time, data) -> {
                // Engines look at whole seconds.
                if (!time.isBefore(first)) {
                    lines.accept(new Line(time, kind, data));
                }
            });
        }

        @Override
        public void onStart(Closeable started) {
            stream = started;
            if (done.get()) {
                close();
            }
        }

        @Override
        public void onNext(Frame frame) {
            // Of a terminal, the engine knows one stream only.
            switch (frame.getStreamType()) {
                case STDERR -> err.add(frame.getPayload());
                default -> out.add(frame.getPayload());
            }
        }

        @Override
        public void onError(Throwable failure) {
            problem = failure;
            // A stream that fails while it is read completes, too; one that could not be opened does not.
            if (stream == null) {
                ended(failure, lines);
            }
        }

        @Override
        public void onComplete() {
            if (problem == null) {
                out.flush();
                err.flush();
            }
            ended(problem, lines);
        }

        @Override
        public void close() {
            try {
                if (stream != null) {
                    stream.close();
                }
            } catch (IOException e) {
                LOG.debug("Closing the log of {}", container, e);
            }
        }
    }
}
