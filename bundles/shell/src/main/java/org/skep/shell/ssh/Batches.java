package org.skep.shell.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends what a channel prints in few packets, however often it is flushed: a packet costs the same for a line as for a
 * thousand, and MINA queues as many as fit into the client's window. What follows a pause goes at once; more of it waits a
 * moment for company. Standard output and error keep their order.
 */
final class Batches implements AutoCloseable {

    /** As much as a packet holds. */
    private static final int FULL = 32 * 1024;

    /** Too short for people to see. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final String name;
    private final long pause;
    private final Stream out;
    private final Stream err;
    private Stream latest;
    private long sent;
    private boolean due;
    private boolean started;
    private volatile boolean closed;
    private Optional<IOException> failure = Optional.empty();

    /** @param name of the thread that sends what has waited */
    Batches(String name, OutputStream out, OutputStream err) {
        this(name, out, err, PAUSE);
    }

    Batches(String name, OutputStream out, OutputStream err, Duration pause) {
        this.name = name;
        this.pause = pause.toNanos();
        this.out = new Stream(out);
        this.err = new Stream(err);
        latest = this.out;
        sent = System.nanoTime() - this.pause;
    }

    OutputStream out() {
        return out;
    }

    OutputStream err() {
        return err;
    }

    /** Sends what is left and ends the thread; what is flushed later goes at once. */
    @Override
    public void close() throws IOException {
        closed = true;
        enter();
        try {
            changed.signalAll();
            send();
        } finally {
            lock.unlock();
        }
    }

    private void send() throws IOException {
        due = false;
        if (failure.isPresent()) {
            latest.pending.reset();
            throw failure.get();
        }
        if (latest.pending.size() > 0) {
            byte[] bytes = latest.pending.toByteArray();
            latest.pending.reset();
            latest.target.write(bytes);
            latest.target.flush();
            sent = System.nanoTime();
        }
    }

    private void sendSoon() throws IOException {
        if (closed || left() <= 0) {
            send();
        } else if (!due && latest.pending.size() > 0) {
            due = true;
            if (started) {
                changed.signalAll();
            } else {
                started = true;
                Thread sender = new Thread(this::sendWhatHasWaited, name);
                sender.setDaemon(true);
                sender.setContextClassLoader(Batches.class.getClassLoader());
                sender.start();
            }
        }
    }

    private long left() {
        return sent + pause - System.nanoTime();
    }

    private void sendWhatHasWaited() {
        lock.lock();
        try {
            while (!closed && failure.isEmpty()) {
                if (!due) {
                    changed.await();
                } else if (left() > 0) {
                    changed.await(left(), TimeUnit.NANOSECONDS);
                } else {
                    send();
                }
            }
        } catch (IOException e) {
            // whoever prints is told
            failure = Optional.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** The sender may be waiting for a client that does not read; a command must still be free to end. */
    private void enter() throws InterruptedIOException {
        if (!lock.tryLock()) {
            try {
                lock.lockInterruptibly();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted while the client does not read");
            }
        }
    }

    private final class Stream extends OutputStream {

        private final OutputStream target;
        private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

        Stream(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            enter();
            try {
                if (latest != this) {
                    send();
                    latest = this;
                }
                pending.write(bytes, offset, length);
                if (pending.size() >= FULL) {
                    send();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void flush() throws IOException {
            enter();
            try {
                sendSoon();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
