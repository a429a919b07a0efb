package org.skep.runtime.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.skep.api.SkepException;
import org.skep.api.runtime.Exec;
import org.skep.api.runtime.ExecOptions;
import org.skep.api.runtime.ExecSink;
import org.skep.api.runtime.LogFollower;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskRuntimeStatus;
import org.skep.api.runtime.TaskUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task as one container, named after the task. What becomes of it is told by the engine's events, and looked up when
 * they may have been missed; nothing waits for it.
 */
final class DockerTask implements TaskController {

    private static final Logger LOG = LoggerFactory.getLogger(DockerTask.class);
    private static final TaskRuntimeStatus NOTHING = new TaskRuntimeStatus("", 0, List.of());

    /** An image may be removed, and a container of that name may come and go, between two requests. */
    private static final int ATTEMPTS = 4;

    /** INT, QUIT, KILL, TERM. */
    private static final Set<String> ENDING = Set.of("2", "3", "9", "15");

    private final TaskDescription task;
    private final ContainerRequest request;
    private final Engine engine;
    private final Images images;
    private final EngineEvents events;
    private final Executor looks;
    private final Executor endings;

    private final CompletableFuture<TaskExit> exit = new CompletableFuture<>();

    /** Completes with the first "healthy", or with the end. */
    private final CompletableFuture<Void> settled = new CompletableFuture<>();

    private final Set<TaskLog> logs = ConcurrentHashMap.newKeySet();
    private final Set<DockerExec> execs = ConcurrentHashMap.newKeySet();

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
     */
    DockerTask(
            TaskDescription task, Engine engine, Images images, EngineEvents events, Executor looks, Executor endings) {
        this.task = task;
        this.request = new ContainerRequest(task);
        this.engine = engine;
        this.images = images;
        this.events = events;
        this.looks = looks;
        this.endings = endings;
        exit.thenRun(() -> settled.complete(null));
    }

    TaskDescription task() {
        return task;
    }

    @Override
    public void prepare() throws InterruptedException {
        if (!status.runtimeId().isEmpty()) {
            return;
        }
        events.watch(this);
        engine.require(request.requirements());
        for (int attempt = 1; ; attempt++) {
            try {
                create();
                return;
            } catch (ConflictException taken) {
                if (takeOver()) {
                    return;
                }
                if (attempt == ATTEMPTS) {
                    throw Failures.task("CONTAINER_NAME_TAKEN", taken);
                }
            } catch (NotFoundException missing) {
                if (attempt == ATTEMPTS || !Failures.isImage(missing)) {
                    throw Failures.create(task.container().image(), missing);
                }
                if (takeOver()) {
                    return;
                }
                images.pull(task.container().image(), task.container().registryAuth());
            } catch (DockerException refused) {
                throw Failures.create(task.container().image(), refused);
            }
        }
    }

    private void create() throws InterruptedException {
        String id = engine.ask(client -> request.create(client).exec()).getId();
        for (var network : request.moreNetworks().entrySet()) {
            engine.ask(client -> client.connectToNetworkCmd()
                    .withContainerId(id)
                    .withNetworkId(network.getKey())
                    .withContainerNetwork(network.getValue())
                    .exec());
        }
        status = new TaskRuntimeStatus(id, 0, List.of());
    }

    /**
     * Takes the container of an earlier life, if it ran. One that never ran may be half made, and is removed.
     *
     * @return whether there is one now
     */
    private boolean takeOver() {
        Optional<ContainerRecord> found = find();
        if (found.isEmpty()) {
            return false;
        }
        ContainerRecord container = found.get();
        if (!container.isOf(task)) {
            throw SkepException.state(
                    "CONTAINER_NAME_TAKEN",
                    "the Docker Engine has a container named " + task.name() + " that is not Skep's",
                    "remove or rename it");
        }
        if (container.neverRan()) {
            removeContainer(container.id());
            return false;
        }
        started = true;
        see(container);
        return true;
    }

    @Override
    public void start() throws InterruptedException {
        events.watch(this);
        if (status.runtimeId().isEmpty() && !takeOver()) {
            throw SkepException.external(
                    "CONTAINER_LOST", "the container of task " + task.name() + " is gone", "", null);
        }
        String id = status.runtimeId();
        // One that ended before the engine's answer came must not run again.
        if (!started && !exit.isDone()) {
            run(id);
        }
        started = true;
        if (!seen) {
            look(id);
        }
        try {
            settled.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        if (!verdict.isEmpty()) {
            throw SkepException.external("TASK_UNHEALTHY", verdict, "", null);
        }
    }

    private void run(String id) throws InterruptedException {
        try {
            engine.ask(client -> client.startContainerCmd(id).exec());
        } catch (NotModifiedException running) {
            LOG.debug("Task {} is running already", task.name());
        } catch (DockerException refused) {
            throw Failures.task("CONTAINER_NOT_STARTED", refused);
        }
    }

    @Override
    public boolean adopt() {
        if (started) {
            return !status.runtimeId().isEmpty();
        }
        Optional<ContainerRecord> found = find().filter(container -> container.isOf(task));
        if (found.isEmpty() || found.get().neverRan()) {
            return false;
        }
        events.watch(this);
        started = true;
        see(found.get());
        return true;
    }

    @Override
    public CompletionStage<TaskExit> exited() {
        return exit.minimalCompletionStage();
    }

    @Override
    public void stop() throws InterruptedException {
        Optional<String> id = id();
        if (id.isEmpty()) {
            return;
        }
        stopping = true;
        try {
            Duration grace = task.container().stopGracePeriod();
            int seconds =
                    (int) Math.min(Integer.MAX_VALUE, grace.plusMillis(999).toSeconds());
            engine.ask(client ->
                    client.stopContainerCmd(id.get()).withTimeout(seconds).exec());
        } catch (NotModifiedException | NotFoundException ended) {
            LOG.debug("Task {} has ended already", task.name());
        } catch (DockerException refused) {
            throw Failures.task("CONTAINER_NOT_STOPPED", refused);
        }
        if (started) {
            confirmEnd(id.get());
        }
    }

    /** The event of the end comes with the end; without events, one look tells as well. */
    private void confirmEnd(String id) throws InterruptedException {
        try {
            exit.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException silence) {
            look(id);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void kill() {
        Optional<String> id = id();
        if (id.isEmpty()) {
            return;
        }
        stopping = true;
        try {
            engine.tell(client -> client.killContainerCmd(id.get()).exec());
        } catch (NotFoundException | ConflictException ended) {
            LOG.debug("Task {} has ended already", task.name());
        } catch (DockerException refused) {
            throw Failures.task("CONTAINER_NOT_KILLED", refused);
        }
    }

    @Override
    public void remove() {
        id().ifPresent(this::removeContainer);
        status = NOTHING;
        exit.complete(new TaskExit(-1, "removed"));
        events.forget(this);
    }

    private void removeContainer(String id) {
        try {
            engine.tell(client -> client.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec());
        } catch (NotFoundException gone) {
            LOG.debug("The container of task {} is gone already", task.name());
        } catch (DockerException refused) {
            throw Failures.task("CONTAINER_NOT_REMOVED", refused);
        }
    }

    @Override
    public TaskRuntimeStatus status() {
        return status;
    }

    @Override
    public LogFollower logs(LogOptions options, LogSink sink) {
        Optional<String> id = id();
        if (id.isEmpty()) {
            sink.end("");
            return () -> {};
        }
        TaskLog log = new TaskLog(engine, id.get(), options, sink, exit::isDone, logs::remove);
        logs.add(log);
        log.open();
        return log;
    }

    @Override
    public Exec exec(ExecOptions options, ExecSink sink) {
        if (!isRunning()) {
            throw SkepException.state("TASK_NOT_RUNNING", "task " + task.name() + " is not running", "");
        }
        DockerExec exec = new DockerExec(engine, status.runtimeId(), options, sink, execs::remove);
        execs.add(exec);
        exec.begin();
        return exec;
    }

    @Override
    public Optional<TaskUsage> usage() {
        return isRunning() ? ContainerUsage.of(engine, status.runtimeId()) : Optional.empty();
    }

    @Override
    public void close() {
        events.forget(this);
        logs.forEach(TaskLog::close);
        execs.forEach(DockerExec::close);
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

    boolean isRunning() {
        return started && !exit.isDone();
    }

    boolean isSeen() {
        return seen;
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

    private void look(String id) throws InterruptedException {
        try {
            see(new ContainerRecord(
                    engine.ask(client -> client.inspectContainerCmd(id).exec())));
        } catch (NotFoundException gone) {
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

    /** The container of this task's name, whose ever it is. */
    private Optional<ContainerRecord> find() {
        try {
            return Optional.of(new ContainerRecord(engine.tell(
                    client -> client.inspectContainerCmd(task.name()).exec())));
        } catch (NotFoundException none) {
            return Optional.empty();
        }
    }

    private Optional<String> id() {
        String known = status.runtimeId();
        return known.isEmpty()
                ? find().filter(container -> container.isOf(task)).map(ContainerRecord::id)
                : Optional.of(known);
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
        inBackground(endings, this::stop);
    }

    private void end(TaskExit how) {
        TaskRuntimeStatus last = status;
        if (!last.runtimeId().isEmpty()) {
            status = new TaskRuntimeStatus(last.runtimeId(), 0, List.of());
        }
        exit.complete(how);
    }

    private interface Work {
        void run() throws InterruptedException;
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
