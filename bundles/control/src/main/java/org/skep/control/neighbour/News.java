package org.skep.control.neighbour;

import org.skep.api.SkepException;

/** Wakes those who wait for services to come. Safe for use from any thread. */
public final class News {

    /** Counts what has changed: nobody waits for what has come meanwhile. */
    private long changes;

    /** Nothing came while somebody waited: until something changes nobody waits again. */
    private boolean hopeless;

    /** Something has changed: those who wait look again. */
    public synchronized void changed() {
        changes++;
        hopeless = false;
        notifyAll();
    }

    /** Waiting makes sense again. */
    public synchronized void hope() {
        hopeless = false;
    }

    /** How much has changed so far. */
    public synchronized long seen() {
        return changes;
    }

    /**
     * Waits until it makes sense to try once more.
     *
     * @param seen how much had changed before the last attempt
     * @param leftNanos how much longer the caller is patient
     * @param longestMillis to wait at a time, for what is not told
     * @return false if there is nothing to wait for any more
     * @throws SkepException {@code INTERRUPTED}
     */
    public synchronized boolean await(long seen, long leftNanos, long longestMillis) {
        if (leftNanos <= 0 || hopeless) {
            hopeless = true;
            return false;
        }
        try {
            if (changes == seen) {
                wait(Math.min(longestMillis, leftNanos / 1_000_000 + 1));
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SkepException.state("INTERRUPTED", "interrupted while waiting for a leader", "");
        }
    }
}
