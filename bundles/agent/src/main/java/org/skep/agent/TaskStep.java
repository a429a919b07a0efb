package org.skep.agent;

import org.skep.api.runtime.TaskExit;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;

/**
 * The worker's part of a task's life as pure functions: which act comes next, and what state its outcome leads to. Nothing
 * here touches the world, and no state ever goes backwards.
 */
final class TaskStep {

    private TaskStep() {}

    /** What the worker does for a task. */
    enum Act {
        /** Nothing to do: the task is over, or waits to be wanted. */
        NONE,
        /** Take the task on. */
        ACCEPT,
        /** Get everything it needs. */
        PREPARE,
        /** Start it and wait until it is up. */
        START,
        /** Wait for its end, after picking it up if an earlier life of the daemon had started it. */
        WATCH,
        /** Make it end. */
        STOP
    }

    /** What came of an act. */
    sealed interface Outcome {

        /** It is done. */
        record Done() implements Outcome {}

        /** It cannot go on until something is there. The reason is for people. */
        record Waiting(String reason) implements Outcome {}

        /** It failed in a way that passes: the same act again, a little later. */
        record Retry(String reason) implements Outcome {}

        /** It failed for good. */
        record Refused(String error) implements Outcome {}

        /** The task ended. */
        record Exited(TaskExit exit) implements Outcome {}

        /** It was broken off, because something else is wanted now. */
        record Interrupted() implements Outcome {}
    }

    static boolean over(TaskState state) {
        return state.getNumber() > TaskState.RUNNING_VALUE;
    }

    static Act next(TaskState observed, TaskState desired) {
        if (over(observed)) {
            return Act.NONE;
        }
        if (desired.getNumber() >= TaskState.SHUTDOWN_VALUE) {
            return Act.STOP;
        }
        return switch (observed) {
            case ASSIGNED -> Act.ACCEPT;
            case ACCEPTED, PREPARING -> Act.PREPARE;
            case READY -> desired.getNumber() > TaskState.READY_VALUE ? Act.START : Act.NONE;
            case STARTING -> Act.START;
            case RUNNING -> Act.WATCH;
            default -> Act.NONE;
        };
    }

    /** The status while the act goes on. */
    static TaskStatus during(TaskStatus status, Act act) {
        return switch (act) {
            case PREPARE -> enter(status, TaskState.PREPARING, "preparing");
            case START -> enter(status, TaskState.STARTING, "starting");
            default -> status;
        };
    }

    /** The status that the outcome of an act leads to; the same object if nothing is to be said. */
    static TaskStatus after(TaskStatus status, Act act, Outcome outcome) {
        if (outcome instanceof Outcome.Interrupted) {
            return status;
        }
        if (act == Act.WATCH && !(outcome instanceof Outcome.Exited || outcome instanceof Outcome.Refused)) {
            // The task runs on, whatever keeps the daemon from looking at it.
            return status;
        }
        if (outcome instanceof Outcome.Waiting waiting) {
            return say(status, waiting.reason());
        }
        if (outcome instanceof Outcome.Retry retry) {
            return say(status, retry.reason());
        }
        if (outcome instanceof Outcome.Exited exited) {
            return ended(status, exited.exit());
        }
        if (outcome instanceof Outcome.Refused refused) {
            // Before anything was started the node turns the task down; from then on the task has failed.
            TaskState end =
                    status.getState().getNumber() < TaskState.STARTING_VALUE ? TaskState.REJECTED : TaskState.FAILED;
            return forward(status, end).setErr(refused.error()).build();
        }
        return switch (act) {
            case ACCEPT -> enter(status, TaskState.ACCEPTED, "accepted");
            case PREPARE -> enter(status, TaskState.READY, "prepared");
            case START -> enter(status, TaskState.RUNNING, "started");
            case STOP -> enter(status, TaskState.SHUTDOWN, "shutdown");
            case NONE, WATCH -> status;
        };
    }

    private static TaskStatus ended(TaskStatus status, TaskExit exit) {
        if (exit.successful()) {
            return forward(status, TaskState.COMPLETE).setMessage("finished").build();
        }
        return forward(status, TaskState.FAILED).setErr("task: " + words(exit)).build();
    }

    private static String words(TaskExit exit) {
        if (exit.code() <= 0) {
            return exit.reason().isEmpty() ? "it is not known how it ended" : exit.reason();
        }
        String code = "non-zero exit (" + exit.code() + ")";
        return exit.reason().isEmpty() ? code : code + ": " + exit.reason();
    }

    private static TaskStatus enter(TaskStatus status, TaskState state, String message) {
        if (status.getState() == state) {
            return status;
        }
        return forward(status, state).setMessage(message).build();
    }

    private static TaskStatus say(TaskStatus status, String message) {
        return status.getMessage().equals(message)
                ? status
                : status.toBuilder().setMessage(message).build();
    }

    private static TaskStatus.Builder forward(TaskStatus status, TaskState state) {
        if (state.getNumber() < status.getState().getNumber()) {
            throw new IllegalStateException("from " + status.getState() + " back to " + state);
        }
        return status.toBuilder().setState(state).clearErr();
    }
}
