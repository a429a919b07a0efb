package org.skep.runtime.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.node.NodeConfig;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.RuntimeInfo;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task's command as a process of this host, in a directory, session and process group of its own, under a small
 * supervisor that outlives the daemon. It keeps nothing from anybody: no image, no isolation, the host's network and
 * files. The image's name means nothing, and what only a container could honour is refused.
 */
@Component(property = "skep.driver=process")
public final class ProcessRuntimeDriver implements RuntimeDriver {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessRuntimeDriver.class);

    private static final TaskSpec.LogSize LOG_SIZE = new TaskSpec.LogSize(10 << 20, 3);

    /** The kernel tells of ends; this finds only supervisors that were killed. */
    private static final long LOOK_SECONDS = 10;

    private static final long CLOSE_SECONDS = 2;

    private static final long KILL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String version;
    private final Path tasksDirectory;
    private final Supervisor supervisor;
    private final DirectoryWatch watch = new DirectoryWatch();
    private final ScheduledThreadPoolExecutor timer;
    private final Surroundings surroundings;
    private final Set<ProcessTask> tasks = ConcurrentHashMap.newKeySet();

    @Activate
    public ProcessRuntimeDriver(@Reference NodeConfig config) {
        this(config.version(), config.stateDir().resolve("tasks"), Path.of("/sys/fs/cgroup"), LOG_SIZE);
    }

    ProcessRuntimeDriver(String version, Path tasksDirectory, Path cgroups, TaskSpec.LogSize logSize) {
        this.version = version;
        this.tasksDirectory = tasksDirectory;
        this.supervisor = new Supervisor(tasksDirectory);
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "process-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        this.surroundings =
                new Surroundings(supervisor, watch, timer, new Ports(), new Cgroups(cgroups), logSize, tasks::remove);
    }

    @Override
    public RuntimeInfo info() {
        return new RuntimeInfo(
                version,
                Host.os(),
                Host.architecture(),
                TimeUnit.SECONDS.toNanos(Runtime.getRuntime().availableProcessors()),
                Host.memoryBytes());
    }

    @Override
    public TaskController controller(TaskDescription task) {
        ProcessTask controller = new ProcessTask(task, directory(task.id()), surroundings);
        tasks.add(controller);
        return controller;
    }

    @Override
    public void retain(Set<String> taskIds) {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(tasksDirectory, Files::isDirectory)) {
            for (Path path : directories) {
                if (!taskIds.contains(path.getFileName().toString())) {
                    remove(new TaskDirectory(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Deactivate
    void close() throws InterruptedException {
        tasks.forEach(ProcessTask::close);
        timer.shutdownNow();
        timer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        watch.close();
    }

    private TaskDirectory directory(String taskId) {
        Path path = tasksDirectory.resolve(taskId).normalize();
        if (!tasksDirectory.equals(path.getParent())) {
            throw SkepException.user("TASK_ID_INVALID", "invalid task ID '" + taskId + "'", "");
        }
        return new TaskDirectory(path);
    }

    private void remove(TaskDirectory directory) throws IOException {
        LOG.info("removing what is left of task {}", directory.path().getFileName());
        Optional<TaskDirectory.Running> running = directory.running();
        try {
            if (running.isPresent() && running.get().task().alive()) {
                supervisor.signal("KILL", "-" + running.get().task().pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        long deadline = System.nanoTime() + KILL_NANOS;
        while (running.isPresent()
                && running.get().supervisor().alive()
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        surroundings.cgroups().remove(directory.path().getFileName().toString());
        directory.delete();
    }

    private void look() {
        tasks.forEach(ProcessTask::look);
    }
}
