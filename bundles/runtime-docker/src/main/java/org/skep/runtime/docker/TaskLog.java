package org.skep.runtime.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
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

    private volatile Instant newest;
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
        this.newest = Instant.MIN;
    }

    void open() {
        if (done.get()) {
            return;
        }
        if (!options.stdout() && !options.stderr()) {
            finish("");
            return;
        }
        boolean first = newest.equals(Instant.MIN);
        Instant since = first ? options.since() : newest;
        LogContainerCmd command = engine.client()
                .logContainerCmd(container)
                .withTimestamps(true)
                .withStdOut(options.stdout())
                .withStdErr(options.stderr())
                .withFollowStream(options.follow());
        if (since.getEpochSecond() > 0) {
            command.withSince((int) Math.min(Integer.MAX_VALUE, since.getEpochSecond()));
        }
        if (first && options.tail() >= 0) {
            command.withTail((int) Math.min(Integer.MAX_VALUE, options.tail()));
        } else {
            command.withTailAll();
        }
        Stream opened = new Stream(first ? options.since() : newest.plusNanos(1));
        stream = opened;
        command.exec(opened);
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

    private void ended(Throwable failure) {
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

    /** One connection. */
    private final class Stream implements ResultCallback<Frame> {

        private final LogLines out = lines(LogSink.Stream.STDOUT);
        private final LogLines err = lines(LogSink.Stream.STDERR);
        private final Instant from;
        private volatile Closeable stream;
        private Throwable problem;

        Stream(Instant from) {
            this.from = from;
        }

        private LogLines lines(LogSink.Stream kind) {
            return new LogLines((time, data) -> {
                if (done.get() || time.isBefore(from)) {
                    return;
                }
                newest = time;
                sink.line(time, kind, data);
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
                ended(failure);
            }
        }

        @Override
        public void onComplete() {
            if (problem == null) {
                out.flush();
                err.flush();
            }
            ended(problem);
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
