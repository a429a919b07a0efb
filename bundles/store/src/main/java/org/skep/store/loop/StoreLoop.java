package org.skep.store.loop;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.skep.api.SkepException;
import org.skep.store.Change;
import org.skep.store.Changes;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Loop.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds a reconciler with the store's changes. When the reconciler fails, for instance because the disk is full, it
 * starts over after a pause.
 */
public final class StoreLoop implements Timers, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StoreLoop.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Loop loop;
    private final Store store;
    private final Reconciler reconciler;
    private final Store.Watch watch;

    private final Object lock = new Object();
    private List<Change> waiting = new ArrayList<>();
    private View view;
    private boolean scheduled;

    private boolean fresh = true;
    private boolean broken;
    private int generation;
    private Duration pause = FIRST_PAUSE;

    public StoreLoop(Loop loop, Store store, Set<Kind> kinds, Reconciler reconciler) {
        this.loop = loop;
        this.store = store;
        this.reconciler = reconciler;
        reconciler.attach(this);
        this.watch = store.watch(kinds, this::gather);
    }

    private void gather(Changes changes) {
        synchronized (lock) {
            waiting.addAll(changes.changes());
            view = changes.view();
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        loop.execute(this::drain);
    }

    private void drain() {
        List<Change> changes;
        View latest;
        synchronized (lock) {
            changes = waiting;
            latest = view;
            waiting = new ArrayList<>();
            scheduled = false;
        }
        if (broken) {
            return;
        }
        attempt(() -> {
            if (fresh) {
                resync(latest);
                fresh = false;
            } else if (!changes.isEmpty()) {
                reconciler.changed(latest, changes);
            }
        });
    }

    private void startOver() {
        broken = false;
        attempt(() -> resync(store.view()));
    }

    private void resync(View state) throws InterruptedException {
        generation++;
        reconciler.resync(state);
    }

    private void attempt(Step step) {
        try {
            step.run();
            pause = FIRST_PAUSE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SkepException e) {
            LOG.warn("{}: {}", reconciler, e.line());
            retry();
        } catch (RuntimeException e) {
            LOG.error("{}: {}", reconciler, e.getMessage(), e);
            retry();
        }
    }

    private void retry() {
        fresh = false;
        broken = true;
        loop.after(pause, this::startOver);
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    @Override
    public Instant now() {
        return loop.now();
    }

    @Override
    public Timer after(Duration delay, Step step) {
        int started = generation;
        return loop.after(delay, () -> {
            if (started == generation && !broken) {
                attempt(step);
            }
        });
    }

    /** Hears no more of the store. The loop itself stays open. */
    @Override
    public void close() {
        watch.close();
    }
}
