package org.skep.runtime.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
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

/** A task as one container, named after the task. */
final class DockerTask implements TaskController {

    private static final Logger LOG = LoggerFactory.getLogger(DockerTask.class);
    /** An image may be removed, and a container of that name may come and go, between two requests. */
    private static final int ATTEMPTS = 4;

    private final TaskDescription task;
    private final ContainerRequest request;
    private final Engine engine;
    private final Images images;
    private final EngineEvents events;
    private final ContainerLife life;
    private final Set<TaskLog> logs = ConcurrentHashMap.newKeySet();
    private final Set<DockerExec> execs = ConcurrentHashMap.newKeySet();

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
        this.life = new ContainerLife(task, engine, looks, endings, this::stop);
    }

    @Override
    public void prepare() throws InterruptedException {
        if (!life.container().isEmpty()) {
            return;
        }
        events.watch(life);
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
        life.made(id);
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
        life.adopted(container);
        return true;
    }

    @Override
    public void start() throws InterruptedException {
        events.watch(life);
        if (life.container().isEmpty() && !takeOver()) {
            throw SkepException.external(
                    "CONTAINER_LOST", "the container of task " + task.name() + " is gone", "", null);
        }
        // One that ended before the engine's answer came must not run again.
        if (!life.isStarted() && !life.hasEnded()) {
            run(life.container());
        }
        life.begun();
        life.awaitWell();
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
        if (life.isStarted()) {
            return !life.container().isEmpty();
        }
        Optional<ContainerRecord> found = find().filter(container -> container.isOf(task));
        if (found.isEmpty() || found.get().neverRan()) {
            return false;
        }
        events.watch(life);
        life.adopted(found.get());
        return true;
    }

    @Override
    public CompletionStage<TaskExit> exited() {
        return life.exited();
    }

    @Override
    public void stop() throws InterruptedException {
        Optional<String> id = id();
        if (id.isEmpty()) {
            return;
        }
        life.stopping();
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
        life.confirmEnd();
    }

    @Override
    public void kill() {
        Optional<String> id = id();
        if (id.isEmpty()) {
            return;
        }
        life.stopping();
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
        life.removed();
        events.forget(life);
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
        return life.status();
    }

    @Override
    public LogFollower logs(LogOptions options, LogSink sink) {
        Optional<String> id = id();
        if (id.isEmpty()) {
            sink.end("");
            return () -> {};
        }
        TaskLog log = new TaskLog(engine, id.get(), options, sink, life::hasEnded, logs::remove);
        logs.add(log);
        log.open();
        return log;
    }

    @Override
    public Exec exec(ExecOptions options, ExecSink sink) {
        if (!life.isRunning()) {
            throw SkepException.state("TASK_NOT_RUNNING", "task " + task.name() + " is not running", "");
        }
        DockerExec exec = new DockerExec(engine, life.container(), options, sink, execs::remove);
        execs.add(exec);
        exec.begin();
        return exec;
    }

    @Override
    public Optional<TaskUsage> usage() {
        return life.isRunning() ? ContainerUsage.of(engine, life.container()) : Optional.empty();
    }

    @Override
    public void close() {
        events.forget(life);
        logs.forEach(TaskLog::close);
        execs.forEach(DockerExec::close);
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
        String known = life.container();
        return known.isEmpty()
                ? find().filter(container -> container.isOf(task)).map(ContainerRecord::id)
                : Optional.of(known);
    }
}
