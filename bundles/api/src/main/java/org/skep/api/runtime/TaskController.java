package org.skep.api.runtime;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.skep.api.SkepException;

/**
 * One task on this node. {@code prepare}, {@code start}, {@code stop} and {@code remove} are called by one thread at a
 * time, in that order, block until done, and are idempotent: called again after a restart of the daemon they find their
 * work done. They stop early with {@link InterruptedException} when the task is no longer wanted. The other methods may
 * be called at any time from any thread.
 */
public interface TaskController extends AutoCloseable {

    /**
     * Gets all that the task needs: image, directories, the container itself.
     *
     * @throws org.skep.api.SkepException the task is rejected with that message
     */
    void prepare() throws InterruptedException;

    /**
     * Starts the task; with a health check, returns when it is healthy for the first time.
     *
     * @throws org.skep.api.SkepException the task has failed with that message
     */
    void start() throws InterruptedException;

    /**
     * Picks up a task that an earlier life of the daemon had running; called instead of {@code prepare} and {@code
     * start}. What ended in between counts as found: {@code exited} then says how.
     *
     * @return false if nothing is left of the task
     * @throws org.skep.api.SkepException with the code {@link RuntimeDriver#UNAVAILABLE} if that cannot be known now
     */
    default boolean adopt() throws InterruptedException {
        return !status().runtimeId().isEmpty();
    }

    /** Completes when a started task has ended by itself or was stopped; never fails. */
    CompletionStage<TaskExit> exited();

    /**
     * Asks the task to end with its stop signal, and kills it when its grace period is over. Returns when it has ended;
     * one that is not running has ended already.
     */
    void stop() throws InterruptedException;

    /** Ends the task at once; one that is not running has ended already. */
    void kill();

    /** Frees everything the task had on this node, logs included. The task is not running. */
    void remove();

    /** What can be seen of the task now. */
    TaskRuntimeStatus status();

    /**
     * Sends log lines to {@code sink}, from the oldest wanted on. Returns at once.
     *
     * @return closing it ends the lines
     */
    LogFollower logs(LogOptions options, LogSink sink);

    /**
     * Runs a command inside the running task. Returns at once.
     *
     * @throws org.skep.api.SkepException {@code EXEC_UNSUPPORTED} if this driver cannot; {@code TASK_NOT_RUNNING}
     */
    default Exec exec(ExecOptions options, ExecSink sink) {
        throw SkepException.user("EXEC_UNSUPPORTED", "the runtime of this node cannot run commands inside tasks", "");
    }

    /** What the task has used until now; empty if it is not running, or this driver cannot tell. May block for a moment. */
    default Optional<TaskUsage> usage() {
        return Optional.empty();
    }

    /** Lets go of the task without touching it: the daemon is going away. */
    @Override
    void close();
}
