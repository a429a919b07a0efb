package org.skep.agent;

import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.api.runtime.Exec;
import org.skep.api.runtime.ExecOptions;
import org.skep.api.runtime.ExecSink;
import org.skep.api.runtime.LogFollower;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskRuntimeStatus;
import org.skep.api.runtime.TaskUsage;

/** What this node's runtime has of one task: made when first needed, and anew with another driver. Thread-safe. */
final class RuntimeHold {

    private final Drivers drivers;
    private final TaskRecord record;

    // Guarded by this.
    private TaskController controller;
    private NodeRuntime runtime;
    private boolean closed;

    RuntimeHold(Drivers drivers, TaskRecord record) {
        this.drivers = drivers;
        this.record = record;
    }

    /**
     * May block.
     *
     * @throws WaitingException while there is no driver
     * @throws RuntimeException if the driver refuses
     */
    TaskController controller() {
        synchronized (this) {
            if (controller != null) {
                return controller;
            }
        }
        NodeRuntime present = drivers.runtime().orElseThrow(() -> new WaitingException(drivers.missingRuntime()));
        // Made outside of the lock, because it may ask the engine.
        TaskController made = present.driver().controller(TaskDescriptions.of(record.content()));
        synchronized (this) {
            if (controller == null && !closed) {
                controller = made;
                runtime = present;
                return made;
            }
        }
        made.close();
        synchronized (this) {
            if (controller == null) {
                throw SkepException.state("TASK_CLOSED", "the task is no longer on this node", "");
            }
            return controller;
        }
    }

    /** As {@link #controller}; empty if the driver will not hear of such a task: then it holds nothing of it. */
    Optional<TaskController> held() {
        try {
            return Optional.of(controller());
        } catch (SkepException e) {
            if (e.code().equals(RuntimeDriver.UNAVAILABLE)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** What there is already. */
    synchronized Optional<TaskController> present() {
        return Optional.ofNullable(controller);
    }

    /** @return whether there was one of a driver that has gone or was replaced */
    synchronized boolean dropStale() {
        if (controller == null || runtime == drivers.runtime().orElse(null)) {
            return false;
        }
        drop();
        return true;
    }

    /** The task is described anew when it is next needed. */
    synchronized void renew() {
        if (controller != null) {
            drop();
        }
    }

    /**
     * May block.
     *
     * @throws RuntimeException if the driver is missing or refuses
     */
    LogFollower logs(LogOptions options, LogSink sink) {
        return controller().logs(options, sink);
    }

    /** As {@link #logs}. */
    Exec exec(ExecOptions options, ExecSink sink) {
        return controller().exec(options, sink);
    }

    /** May block. Empty if the runtime cannot tell. */
    Optional<TaskUsage> usage() {
        return present().flatMap(TaskController::usage);
    }

    Optional<TaskRuntimeStatus> status() {
        return present().map(TaskController::status);
    }

    Optional<Integer> exitCode() {
        return present()
                .map(held -> held.exited().toCompletableFuture().getNow(null))
                .map(TaskExit::code);
    }

    /** Lets go of the task, which runs on. */
    synchronized void close() {
        closed = true;
        if (controller != null) {
            drop();
        }
    }

    private void drop() {
        controller.close();
        controller = null;
    }
}
