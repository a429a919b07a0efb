package org.skep.agent;

import java.util.function.Consumer;

/**
 * Work that can be broken off at any time, even before it began, and always tells how it ended. (A cancelled {@link
 * java.util.concurrent.Future} that had not begun would never say so.)
 */
final class Interruptible<T> implements Runnable {

    /** May throw nothing else. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws InterruptedException;
    }

    private final Work<T> work;
    private final T interrupted;
    private final Consumer<T> then;
    private Thread thread;
    private boolean brokenOff;

    /**
     * @param interrupted the outcome of work that was broken off
     * @param then gets the outcome, on the thread that did the work
     */
    Interruptible(Work<T> work, T interrupted, Consumer<T> then) {
        this.work = work;
        this.interrupted = interrupted;
        this.then = then;
    }

    synchronized void breakOff() {
        brokenOff = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public void run() {
        then.accept(begin() ? outcome() : interrupted);
    }

    private T outcome() {
        try {
            return work.run();
        } catch (InterruptedException e) {
            return interrupted;
        } finally {
            end();
        }
    }

    private synchronized boolean begin() {
        if (!brokenOff) {
            thread = Thread.currentThread();
        }
        return !brokenOff;
    }

    /** From here on nobody interrupts the thread, which goes on to other work. */
    private synchronized void end() {
        thread = null;
        Thread.interrupted();
    }
}
