package org.skep.node;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.skep.api.SkepException;
import org.skep.api.node.NodeFacts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of this node what the managers say it is. Who is told something else meanwhile follows what was said last; what is
 * older than that counts for nothing, whoever says it.
 */
final class RoleKeeper implements NodeFacts {

    private static final Logger LOG = LoggerFactory.getLogger(RoleKeeper.class);

    /** What is done about it. Called on one thread. */
    interface Steps {

        /** Trusts and renews as told. */
        void heed(Facts facts);

        /** @return whether the node is in the role already */
        boolean is(boolean manager);

        void promote(Patiently patiently);

        void demote(Patiently patiently);
    }

    /** Runs what waits for managers until the role is not wanted any more. */
    @FunctionalInterface
    interface Patiently {
        /** @return false if it was given up */
        boolean run(Wait renewal);
    }

    /** Work that waits for managers. */
    @FunctionalInterface
    interface Wait {
        void run() throws InterruptedException;
    }

    private final Duration pause;
    private final Runnable heard;
    private final ScheduledThreadPoolExecutor thread;

    private Steps steps;
    private Facts latest;
    private String refusal = "";
    private boolean paused;
    /** Who waits for a certificate, and may be told to give up. */
    private Thread waiting;

    private boolean waitingForManager;

    /** What went wrong with the change of role, so that it is said once. */
    private volatile String said = "";

    /** Of the one thread. */
    private Future<?> retry;

    /**
     * @param pause before what failed is tried again
     * @param heard called after each message
     */
    RoleKeeper(Duration pause, Runnable heard) {
        this.pause = pause;
        this.heard = heard;
        thread = new ScheduledThreadPoolExecutor(1, work -> new Thread(work, "skep-role"));
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRejectedExecutionHandler((work, executor) -> {});
    }

    /** Messages have an effect from now on. */
    synchronized void follow(Steps next) {
        steps = next;
    }

    @Override
    public void told(Facts facts) {
        synchronized (this) {
            if (latest != null && facts.version() < latest.version() && !facts.lasting()) {
                LOG.debug("What a manager says of this node is older than what is known");
                return;
            }
            latest = facts;
            refusal = "";
            if (waiting != null && waitingForManager != facts.manager()) {
                waiting.interrupt();
            }
        }
        thread.execute(this::act);
        heard.run();
    }

    @Override
    public void refused(String reason) {
        synchronized (this) {
            if (refusal.equals(reason)) {
                return;
            }
            refusal = reason;
        }
        LOG.error("The managers refuse this node: {}", reason);
        heard.run();
    }

    /** Whether a manager has spoken to this node since it started. */
    synchronized boolean heard() {
        return latest != null;
    }

    /** Whether the managers' last word was that this node is a worker. */
    synchronized boolean toldToWork() {
        return latest != null && !latest.manager();
    }

    /** Why the managers do not want this node; empty if they do. */
    synchronized String refusal() {
        return refusal;
    }

    /** Why this node is not yet what it is told to be; empty if it is, or is about to be. */
    String trouble() {
        return said;
    }

    /** Messages are taken, but not followed until {@link #resume}. What waits for a certificate gives up. */
    synchronized void pause() {
        paused = true;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    void resume() {
        synchronized (this) {
            paused = false;
        }
        thread.execute(this::act);
    }

    /** What was said before counts no more: the node is in another swarm now, or in none. */
    synchronized void forget() {
        latest = null;
        refusal = "";
        said = "";
    }

    void close() throws InterruptedException {
        pause();
        Threads.end(thread);
    }

    private boolean unlessTold(boolean manager, Wait renewal) {
        synchronized (this) {
            if (!wanted(manager)) {
                return false;
            }
            waiting = Thread.currentThread();
            waitingForManager = manager;
        }
        try {
            renewal.run();
            return true;
        } catch (InterruptedException e) {
            return false;
        } finally {
            synchronized (this) {
                waiting = null;
                // Who asked us to give up a moment too late must not disturb what comes next.
                Thread.interrupted();
            }
        }
    }

    private boolean wanted(boolean manager) {
        return !paused && latest != null && latest.manager() == manager;
    }

    private void act() {
        Facts facts;
        Steps present;
        synchronized (this) {
            if (paused || latest == null) {
                return;
            }
            facts = latest;
            present = steps;
        }
        try {
            present.heed(facts);
            if (!present.is(facts.manager())) {
                change(present, facts.manager());
            }
            said = "";
        } catch (SkepException e) {
            if (!e.line().equals(said)) {
                said = e.line();
                LOG.warn("This node cannot become a {}: {}", role(facts.manager()), said);
            }
            again();
        } catch (RuntimeException e) {
            LOG.error("This node cannot become a {}", role(facts.manager()), e);
            again();
        }
    }

    private void change(Steps steps, boolean manager) {
        if (said.isEmpty()) {
            LOG.info("This node becomes a {}", role(manager));
        }
        if (manager) {
            steps.promote(renewal -> unlessTold(true, renewal));
        } else {
            steps.demote(renewal -> unlessTold(false, renewal));
        }
        if (steps.is(manager)) {
            LOG.info("This node is a {}", role(manager));
        }
    }

    private void again() {
        if (retry == null || retry.isDone()) {
            retry = thread.schedule(
                    () -> {
                        retry = null;
                        act();
                    },
                    pause.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private static String role(boolean manager) {
        return manager ? "manager" : "worker";
    }
}
