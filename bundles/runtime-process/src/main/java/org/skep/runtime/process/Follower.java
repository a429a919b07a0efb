package org.skep.runtime.process;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.skep.api.file.IoReasons;
import org.skep.api.runtime.LogFollower;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a log to a sink, on a thread of its own for as long as it takes. */
final class Follower implements LogFollower, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final TaskDirectory directory;
    private final LogOptions options;
    private final LogSink sink;
    private final BooleanSupplier ended;
    private final Consumer<Follower> done;
    private final Thread thread;
    private boolean news;

    /**
     * @param ended whether the task writes no more
     * @param done called when the last line was sent
     */
    Follower(
            TaskDirectory directory, LogOptions options, LogSink sink, BooleanSupplier ended, Consumer<Follower> done) {
        this.directory = directory;
        this.options = options;
        this.sink = sink;
        this.ended = ended;
        this.done = done;
        this.thread = new Thread(this, "process-log");
        thread.setDaemon(true);
    }

    void begin() {
        thread.start();
    }

    boolean follows() {
        return options.follow();
    }

    /** There may be more to read. */
    synchronized void wake() {
        news = true;
        notifyAll();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    @Override
    public void run() {
        String problem = "";
        try {
            send();
        } catch (InterruptedException e) {
            LOG.debug("nobody listens any more");
        } catch (IOException e) {
            LOG.warn("cannot read the log in {}", directory.path(), e);
            problem = "the log cannot be read: " + IoReasons.of(e);
        } finally {
            done.accept(this);
        }
        sink.end(problem);
    }

    private void send() throws IOException, InterruptedException {
        TaskLog log = new TaskLog(directory, options);
        try {
            log.readPast(sink);
            while (options.follow()) {
                boolean last = ended.getAsBoolean();
                log.readOn(sink);
                if (last) {
                    return;
                }
                await();
            }
        } finally {
            log.close();
        }
    }

    private synchronized void await() throws InterruptedException {
        while (!news) {
            wait();
        }
        news = false;
    }
}
