package org.skep.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.skep.api.SkepException;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskRuntimeStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a task's container. It is told by the engine's events, and looked up when they may have been missed;
 * nothing waits for it.
 */
final class ContainerLife {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerLife.class);
    private static final TaskRuntimeStatus NOTHING = new TaskRuntimeStatus("", 0, List.of());

    /** INT, QUIT, KILL, TERM. */
    private static final Set<String> ENDING = Set.of("2", "3", "9", "15");

    /** Something that may be interrupted. */
    interface Work {
        void run() throws InterruptedException;
    }

    private final TaskDescription task;
    private final Engine engine;
    private final Executor looks;
    private final Executor endings;
    private final Work ending;
    private final CompletableFuture<TaskExit> exit = new CompletableFuture<>();

    /** Completes with the first "healthy", or with the end. */
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    private volatile TaskRuntimeStatus status = NOTHING;

    /** A run of this container was seen or made in this life of the daemon. */
    private volatile boolean started;

    /** The run was looked at: its process, ports and health are known. */
    private volatile boolean seen;

    /** This driver asked the task to end. */
    private volatile boolean stopping;

    /** Somebody sent it a signal to end. */
    private volatile boolean signalled;

    /** Why this driver ends the task; empty if it does not. */
    private volatile String verdict = "";

    /**
     * @param looks for requests that are answered at once
     * @param endings for those that wait for a container to end
     * @param ending stops the task
     */
    ContainerLife(TaskDescription task, Engine engine, Executor looks, Executor endings, Work ending) {
        this.task = task;
        this.engine = engine;
        this.looks = looks;
        this.endings = endings;
        this.ending = ending;
        exit.thenRun(() -> settled.complete(null));
    }

    TaskDescription task() {
        return task;
    }

    TaskRuntimeStatus status() {
        return status;
    }

    /** The container's ID; empty if there is none that is known. */
    String container() {
        return status.runtimeId();
    }

    boolean isStarted() {
        return started;
    }

    boolean hasEnded() {
        return exit.isDone();
    }

    boolean isRunning() {
        return started && !exit.isDone();
    }

    boolean isSeen() {
        return seen;
    }

    CompletionStage<TaskExit> exited() {
        return exit.minimalCompletionStage();
    }

    // What the task's own controller does.

    /** A container was made that has not run yet. */
    void made(String id) {
        status = new TaskRuntimeStatus(id, 0, List.of());
    }

    /** It has run, in this life of the daemon or an earlier one. */
    void adopted(ContainerRecord container) {
        started = true;
        see(container);
    }

    /** It runs now; whether it does well is looked up if no event has told. */
    void begun() throws InterruptedException {
        started = true;
        if (!seen) {
            look();
        }
    }

    /** @throws SkepException if it came to a bad end before it did well for the first time */
    void awaitWell() throws InterruptedException {
        try {
            settled.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        if (!verdict.isEmpty()) {
            throw SkepException.external("TASK_UNHEALTHY", verdict, "", null);
        }
    }

    /** The controller ends it: that is no surprise. */
    void stopping() {
        stopping = true;
    }

    /** The event of the end comes with the end; without events, one look tells as well. */
    void confirmEnd() throws InterruptedException {
        if (!started) {
            return;
        }
        try {
            exit.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException silence) {
            look();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void removed() {
        status = NOTHING;
        exit.complete(new TaskExit(-1, "removed"));
    }

    // What the engine tells: called by the one thread that reads its events. Nothing here may block.

    void signalled(String number) {
        if (ENDING.contains(number) || !task.container().stopSignal().isEmpty()) {
            signalled = true;
        }
    }

    void died(int code) {
        if (code == 0 && verdict.isEmpty()) {
            // An engine that goes down stops its containers first. They may well leave with 0: that is no success.
            end(new TaskExit(0, signalled && !stopping ? "it was stopped by others" : ""));
        } else {
            // Only the container's record knows of memory.
            inBackground(looks, () -> {
                Optional<ContainerRecord> container = inspect();
                if (container.isPresent()) {
                    see(container.get());
                } else {
                    end(new TaskExit(code, verdict.isEmpty() ? "its container was removed" : verdict));
                }
            });
        }
    }

    void destroyed() {
        if (started) {
            end(new TaskExit(-1, "its container was removed"));
        }
    }

    void healthy() {
        settled.complete(null);
    }

    void unhealthy() {
        inBackground(looks, () -> inspect().ifPresent(this::see));
    }

    /** Events may have been missed. @param lost the engine was away meanwhile */
    void checkUp(boolean lost) {
        inBackground(looks, () -> {
            Optional<ContainerRecord> container = inspect();
            if (container.isEmpty()) {
                destroyed();
            } else if (lost && container.get().hasEnded()) {
                // A container that the engine took down with it may have left with 0: that is no success.
                TaskExit how = exitOf(container.get());
                end(how.reason().isEmpty() ? new TaskExit(how.code(), "the Docker Engine went away") : how);
            } else {
                see(container.get());
            }
        });
    }

    private void look() throws InterruptedException {
        Optional<ContainerRecord> container = inspect();
        if (container.isPresent()) {
            see(container.get());
        } else {
            destroyed();
        }
    }

    private Optional<ContainerRecord> inspect() throws InterruptedException {
        String id = status.runtimeId();
        if (id.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ContainerRecord(
                    engine.ask(client -> client.inspectContainerCmd(id).exec())));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    private void see(ContainerRecord container) {
        seen = true;
        status = new TaskRuntimeStatus(container.id(), container.pid(), container.ports());
        if (container.hasEnded()) {
            end(exitOf(container));
        } else {
            switch (container.health()) {
                case "healthy", "none", "" -> settled.complete(null);
                case "unhealthy" -> condemn("unhealthy container: " + container.lastCheck());
                default -> LOG.trace("Task {} is not healthy yet", task.name());
            }
        }
    }

    private TaskExit exitOf(ContainerRecord container) {
        return new TaskExit(
                container.exitCode(),
                verdict.isEmpty() ? container.failure(task.limits().limitMemoryBytes()) : verdict);
    }

    /** The engine only tells that a container is unhealthy; ending it is up to the swarm. */
    private void condemn(String why) {
        boolean first = verdict.isEmpty();
        verdict = why;
        if (first) {
            LOG.info("Ending task {}: {}", task.name(), why);
        }
        inBackground(endings, ending);
    }

    private void end(TaskExit how) {
        TaskRuntimeStatus last = status;
        if (!last.runtimeId().isEmpty()) {
            status = new TaskRuntimeStatus(last.runtimeId(), 0, List.of());
        }
        exit.complete(how);
    }

    /** What fails here is done again when the engine is back. */
    private void inBackground(Executor executor, Work work) {
        try {
            executor.execute(() -> {
                try {
                    work.run();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (SkepException | DockerException e) {
                    LOG.debug("Looking after task {}", task.name(), e);
                } catch (RuntimeException e) {
                    LOG.warn("Looking after task {}", task.name(), e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The driver is closed: task {} is left to its next life", task.name());
        }
    }
}
