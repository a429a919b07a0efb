package org.skep.agent;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.skep.agent.TaskStep.Act;
import org.skep.agent.TaskStep.Outcome;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskExit;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one task through its life, one act at a time. Its methods are called on the loop; acts run elsewhere and come back
 * with their outcome.
 */
final class TaskManager {

    private static final Logger LOG = LoggerFactory.getLogger(TaskManager.class);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

    /** A node that leaves gives an engine that does not answer that long to come back. */
    private static final Duration ABANDON_PATIENCE = Duration.ofSeconds(10);

    /** What all managers of an agent share. */
    record Surroundings(
            Loop loop,
            ExecutorService workers,
            Clock clock,
            Drivers drivers,
            Attachments attachments,
            Expansion expansion) {}

    private final Surroundings around;
    private final TaskRecord record;
    private final RuntimeHold runtime;
    private final Consumer<TaskStatus> report;
    private final Runnable gone;

    private Optional<Interruptible<Outcome>> running = Optional.empty();
    /** Something changed while an act ran. */
    private boolean changed;

    private boolean watching;
    private boolean startedHere;
    private boolean removing;
    private boolean abandoning;
    private boolean impatient;
    private volatile String leftBehind = "";
    private boolean closed;
    private Loop.Cancellable retry = () -> {};

    /**
     * @param report called on the loop with every new status
     * @param gone called on the loop once the task is removed from this node
     */
    TaskManager(Surroundings around, TaskRecord record, Consumer<TaskStatus> report, Runnable gone) {
        this.around = around;
        this.record = record;
        this.runtime = new RuntimeHold(around.drivers(), record);
        this.report = report;
        this.gone = gone;
    }

    Task task() {
        return record.task();
    }

    TaskStatus status() {
        return record.status();
    }

    /** The manager sent the task again. Its desired state never goes back, and this worker's status wins. */
    void update(Task assigned) {
        if (assigned.getDesiredState().getNumber() > task().getDesiredState().getNumber()) {
            record.change(builder -> {
                builder.getTaskBuilder().setDesiredState(assigned.getDesiredState());
                return builder;
            });
            if (assigned.getDesiredState().getNumber() >= TaskState.SHUTDOWN_VALUE) {
                breakOff();
            }
        }
        if (Credentials.renew(record, assigned)) {
            runtime.renew();
        }
        advance();
    }

    /** Stops the task and removes all that this node holds of it. */
    void remove() {
        removing = true;
        breakOff();
        advance();
    }

    /** As {@link #remove}, but does not wait for drivers that are missing, nor long for an engine that is away. */
    void abandon() {
        abandoning = true;
        around.loop().after(ABANDON_PATIENCE, () -> impatient = true);
        remove();
    }

    /** Why there are remains of a task that was abandoned; empty if there are none. */
    String leftBehind() {
        return leftBehind;
    }

    /** Drivers came or went. */
    void driversChanged() {
        if (runtime.dropStale()) {
            watching = false;
            startedHere = false;
            // It would wait for news from a driver that is gone.
            breakOff();
        }
        advance();
    }

    /** Lets go of the task, which runs on. */
    void close() {
        closed = true;
        breakOff();
        runtime.close();
    }

    /** Whether there can be log lines of this task. A runtime can follow one only once it has really started. */
    boolean hasLog(boolean follow) {
        int first = follow ? TaskState.RUNNING_VALUE : TaskState.STARTING_VALUE;
        return status().getState().getNumber() >= first
                && status().getState() != TaskState.REJECTED
                && task().getSpec().hasContainer();
    }

    /** For what looks into the task without changing it. */
    RuntimeHold runtime() {
        return runtime;
    }

    private void breakOff() {
        running.ifPresent(Interruptible::breakOff);
    }

    void advance() {
        if (closed) {
            return;
        }
        if (running.isPresent()) {
            changed = true;
            return;
        }
        changed = false;
        retry.cancel();
        if (removing) {
            perform(this::takeAway, this::takenAway);
            return;
        }
        Act act = TaskStep.next(status().getState(), task().getDesiredState());
        switch (act) {
            case NONE -> {
                if (TaskStep.over(status().getState()) && holdsAttachments()) {
                    perform(this::detach, this::detached);
                }
            }
            case ACCEPT -> settle(act, new Outcome.Done());
            case WATCH -> {
                if (!watching) {
                    perform(() -> act(act), outcome -> settle(act, outcome));
                }
            }
            default -> {
                enter(TaskStep.during(status(), act));
                perform(() -> act(act), outcome -> settle(act, outcome));
            }
        }
    }

    private void detached(Outcome outcome) {
        if (outcome instanceof Outcome.Retry) {
            again();
        } else if (outcome instanceof Outcome.Interrupted) {
            advance();
        }
    }

    private boolean holdsAttachments() {
        return record.content().getVolumePathsCount() > 0 || record.content().getNetworkNamesCount() > 0;
    }

    private void perform(Interruptible.Work<Outcome> work, Consumer<Outcome> then) {
        Interruptible<Outcome> act =
                new Interruptible<>(() -> attempt(work), new Outcome.Interrupted(), outcome -> around.loop()
                        .execute(() -> {
                            running = Optional.empty();
                            if (!closed) {
                                then.accept(outcome);
                                if (changed) {
                                    advance();
                                }
                            }
                        }));
        running = Optional.of(act);
        around.workers().execute(act);
    }

    private Outcome attempt(Interruptible.Work<Outcome> work) throws InterruptedException {
        try {
            return work.run();
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                LOG.debug("broken off", e);
                return new Outcome.Interrupted();
            }
            return Failures.sort(task().getId(), e);
        }
    }

    private Outcome act(Act act) throws InterruptedException {
        switch (act) {
            case PREPARE -> {
                around.expansion().expand(record);
                around.attachments().attach(record);
                runtime.controller().prepare();
            }
            case START -> {
                if (!Attachments.attached(record.content())) {
                    around.attachments().attach(record);
                }
                runtime.controller().start();
                startedHere = true;
            }
            case WATCH -> {
                if (!Attachments.attached(record.content())) {
                    around.attachments().attach(record);
                }
                if (!startedHere && !runtime.controller().adopt()) {
                    return new Outcome.Exited(new TaskExit(-1, "its remains are gone from this node"));
                }
            }
            case STOP -> {
                if (everPrepared()) {
                    runtime.controller().stop();
                }
            }
            case NONE, ACCEPT -> throw new IllegalStateException(act.toString());
        }
        return new Outcome.Done();
    }

    /** What was never prepared has nothing to stop, and may be of a kind that the driver refuses. */
    private boolean everPrepared() {
        return status().getState().getNumber() >= TaskState.PREPARING_VALUE && Attachments.attached(record.content());
    }

    private void settle(Act act, Outcome outcome) {
        if (act == Act.STOP && outcome instanceof Outcome.Refused refused) {
            // There is no other way for a stop than to happen.
            LOG.warn("task {} cannot be stopped: {}", task().getId(), refused.error());
            again();
            return;
        }
        if (act == Act.WATCH && outcome instanceof Outcome.Done) {
            watch();
            return;
        }
        TaskStatus before = status();
        TaskStatus after = TaskStep.after(before, act, outcome);
        if (after != before) {
            enter(RuntimeWords.in(after, act, outcome, runtime));
        }
        if (outcome instanceof Outcome.Retry) {
            again();
        } else if (!(outcome instanceof Outcome.Waiting)) {
            advance();
        }
    }

    private void again() {
        retry = around.loop().after(RETRY_DELAY, this::advance);
    }

    private void watch() {
        Optional<TaskController> watched = runtime.present();
        watching = watched.isPresent();
        watched.ifPresent(held -> held.exited().thenAccept(exit -> around.loop().execute(() -> ended(held, exit))));
    }

    private void ended(TaskController watched, TaskExit exit) {
        if (closed || runtime.present().filter(watched::equals).isEmpty()) {
            return;
        }
        // A stop that is under way says itself how it went.
        boolean stopping = task().getDesiredState().getNumber() >= TaskState.SHUTDOWN_VALUE || removing;
        if (!stopping && status().getState() == TaskState.RUNNING) {
            settle(Act.WATCH, new Outcome.Exited(exit));
        }
    }

    private void enter(TaskStatus status) {
        if (status.equals(status())) {
            return;
        }
        TaskStatus stamped = status.toBuilder()
                .setTimestamp(Times.timestamp(around.clock().instant()))
                .build();
        record.change(builder -> {
            builder.getTaskBuilder().setStatus(stamped);
            return builder;
        });
        report.accept(stamped);
    }

    private Outcome detach() throws InterruptedException {
        around.attachments().detach(record);
        return new Outcome.Done();
    }

    private Outcome takeAway() throws InterruptedException {
        if (everPrepared() || TaskStep.over(status().getState())) {
            try {
                Optional<TaskController> held = runtime.held();
                if (held.isPresent()) {
                    if (!TaskStep.over(status().getState())) {
                        held.get().stop();
                    }
                    held.get().remove();
                }
            } catch (WaitingException e) {
                if (!abandoning) {
                    throw e;
                }
                leftBehind = e.getMessage();
            }
        }
        if (!around.attachments().detach(record) && !abandoning) {
            return new Outcome.Waiting("a driver that the task used is missing");
        }
        around.attachments().removeAnonymousVolumes(task());
        return new Outcome.Done();
    }

    private void takenAway(Outcome outcome) {
        if (outcome instanceof Outcome.Retry retry) {
            if (impatient) {
                leftBehind = retry.reason();
                end();
            } else {
                again();
            }
        } else if (outcome instanceof Outcome.Interrupted) {
            advance();
        } else if (!(outcome instanceof Outcome.Waiting)) {
            if (outcome instanceof Outcome.Refused refused) {
                LOG.warn("remains of task {} could not be removed: {}", task().getId(), refused.error());
            }
            end();
        }
    }

    private void end() {
        close();
        record.delete();
        gone.run();
    }
}
