package org.skep.runtime.docker;

import com.github.dockerjava.api.command.HealthStateLog;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
import org.skep.api.runtime.LogFollower;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskRuntimeStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task as one container, named after the task. What becomes of it is told by the engine's events, and looked up when
 * they may have been missed; nothing waits for it.
 */
final class DockerTask implements TaskController {

    private static final Logger LOG = LoggerFactory.getLogger(DockerTask.class);
    private static final TaskRuntimeStatus NOTHING = new TaskRuntimeStatus("", 0, List.of());

    /** Engine 25.0; older ones ignore it in silence. */
    private static final String START_INTERVAL_API = "1.44";

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
        if (request.needsStartInterval()) {
            engine.require(START_INTERVAL_API, "--health-start-interval");
        }
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
                images.pull(task.container().image());
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
        Optional<InspectContainerResponse> found = find();
        if (found.isEmpty()) {
            return false;
        }
        InspectContainerResponse container = found.get();
        if (!isMine(container)) {
            throw SkepException.state(
                    "CONTAINER_NAME_TAKEN",
                    "the Docker Engine has a container named " + task.name() + " that is not Skep's",
                    "remove or rename it");
        }
        if ("created".equals(container.getState().getStatus())) {
            removeContainer(container.getId());
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
        Optional<InspectContainerResponse> found = find().filter(this::isMine);
        if (found.isEmpty() || "created".equals(found.get().getState().getStatus())) {
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
    public void close() {
        events.forget(this);
        logs.forEach(TaskLog::close);
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
                Optional<InspectContainerResponse> container = inspect();
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
            Optional<InspectContainerResponse> container = inspect();
            if (container.isEmpty()) {
                destroyed();
            } else if (lost && hasEnded(container.get())) {
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
            see(engine.ask(client -> client.inspectContainerCmd(id).exec()));
        } catch (NotFoundException gone) {
            destroyed();
        }
    }

    private Optional<InspectContainerResponse> inspect() throws InterruptedException {
        String id = status.runtimeId();
        if (id.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    engine.ask(client -> client.inspectContainerCmd(id).exec()));
        } catch (NotFoundException gone) {
            return Optional.empty();
        }
    }

    /** The container of this task's name, whose ever it is. */
    private Optional<InspectContainerResponse> find() {
        try {
            return Optional.of(engine.tell(
                    client -> client.inspectContainerCmd(task.name()).exec()));
        } catch (NotFoundException none) {
            return Optional.empty();
        }
    }

    private boolean isMine(InspectContainerResponse container) {
        Map<String, String> labels = container.getConfig().getLabels();
        return labels != null
                && task.id().equals(labels.get(Labels.TASK))
                && task.nodeId().equals(labels.get(Labels.NODE));
    }

    private Optional<String> id() {
        String known = status.runtimeId();
        return known.isEmpty() ? find().filter(this::isMine).map(InspectContainerResponse::getId) : Optional.of(known);
    }

    private void see(InspectContainerResponse container) {
        ContainerState state = container.getState();
        boolean ended = hasEnded(container);
        seen = true;
        status = new TaskRuntimeStatus(
                container.getId(), ended ? 0 : state.getPidLong(), ended ? List.of() : ports(container));
        if (ended) {
            end(exitOf(container));
        } else if (state.getHealth() == null || state.getHealth().getStatus() == null) {
            settled.complete(null);
        } else {
            switch (state.getHealth().getStatus()) {
                case "healthy", "none", "" -> settled.complete(null);
                case "unhealthy" -> condemn("unhealthy container: " + lastWords(state));
                default -> LOG.trace("Task {} is not healthy yet", task.name());
            }
        }
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

    private static String lastWords(ContainerState state) {
        List<HealthStateLog> checks = state.getHealth().getLog();
        if (checks == null || checks.isEmpty()) {
            return "no check succeeded";
        }
        HealthStateLog last = checks.get(checks.size() - 1);
        String output = last.getOutput() == null ? "" : Failures.line(last.getOutput());
        return output.isEmpty() ? "its check ended with " + last.getExitCodeLong() : output;
    }

    private void end(TaskExit how) {
        TaskRuntimeStatus last = status;
        if (!last.runtimeId().isEmpty()) {
            status = new TaskRuntimeStatus(last.runtimeId(), 0, List.of());
        }
        exit.complete(how);
    }

    private static boolean hasEnded(InspectContainerResponse container) {
        String state = container.getState().getStatus();
        return "exited".equals(state) || "dead".equals(state) || "removing".equals(state);
    }

    private TaskExit exitOf(InspectContainerResponse container) {
        ContainerState state = container.getState();
        String reason = "";
        if (!verdict.isEmpty()) {
            reason = verdict;
        } else if (Boolean.TRUE.equals(state.getOOMKilled())) {
            long limit = task.limits().limitMemoryBytes();
            reason = limit == 0 ? "out of memory" : "out of memory: its limit is " + limit + " bytes";
        } else if (state.getError() != null && !state.getError().isEmpty()) {
            reason = Failures.line(state.getError());
        }
        return new TaskExit(Math.toIntExact(state.getExitCodeLong()), reason);
    }

    private static List<PublishedPort> ports(InspectContainerResponse container) {
        if (container.getNetworkSettings() == null
                || container.getNetworkSettings().getPorts() == null) {
            return List.of();
        }
        return container.getNetworkSettings().getPorts().getBindings().entrySet().stream()
                .filter(port -> port.getValue() != null && port.getValue().length > 0)
                .map(port -> published(port.getKey(), port.getValue()[0]))
                .sorted(Comparator.comparingInt(PublishedPort::target).thenComparing(PublishedPort::protocol))
                .toList();
    }

    private static PublishedPort published(ExposedPort port, Ports.Binding binding) {
        PublishedPort.Protocol protocol =
                switch (port.getProtocol()) {
                    case TCP -> PublishedPort.Protocol.TCP;
                    case UDP -> PublishedPort.Protocol.UDP;
                    case SCTP -> PublishedPort.Protocol.SCTP;
                };
        return new PublishedPort(protocol, port.getPort(), Integer.parseInt(binding.getHostPortSpec()));
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
