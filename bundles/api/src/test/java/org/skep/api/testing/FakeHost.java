package org.skep.api.testing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.skep.api.SkepException;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskUsage;

/**
 * The machine behind {@link FakeRuntimeDriver}: it outlives drivers as a real one outlives the daemon, and tests look at
 * it and push it around. What a task does is decided by its image; an unknown image runs until it is stopped. What a
 * command run inside a task does is decided by its first word; an unknown one is not found.
 */
public final class FakeHost {

    private final Map<String, FakeTask> tasks = new ConcurrentHashMap<>();
    private final Map<String, Behaviour> images = new ConcurrentHashMap<>();
    private final Map<String, Workload> commands = new ConcurrentHashMap<>();
    private final AtomicInteger pids = new AtomicInteger(1000);
    private final AtomicInteger ports = new AtomicInteger(30000);
    private volatile Optional<SkepException> down = Optional.empty();

    /** Runs in place of a step of a task; may block, or throw what the driver shall throw. */
    @FunctionalInterface
    public interface Step {
        void run(TaskDescription task) throws InterruptedException;
    }

    /** How tasks of one image behave. */
    public record Behaviour(Workload workload, Step prepare, Step start, Step stop) {
        public static Behaviour of(Workload workload) {
            Step nothing = task -> {};
            return new Behaviour(workload, nothing, nothing, nothing);
        }

        public Behaviour onPrepare(Step step) {
            return new Behaviour(workload, step, start, stop);
        }

        public Behaviour onStart(Step step) {
            return new Behaviour(workload, prepare, step, stop);
        }

        public Behaviour onStop(Step step) {
            return new Behaviour(workload, prepare, start, step);
        }
    }

    public FakeHost image(String name, Behaviour behaviour) {
        images.put(name, behaviour);
        return this;
    }

    public FakeHost image(String name, Workload workload) {
        return image(name, Behaviour.of(workload));
    }

    /** A command that can be run inside tasks. */
    public FakeHost command(String name, Workload workload) {
        commands.put(name, workload);
        return this;
    }

    /** From now on every call to a driver fails with this. */
    public void down(SkepException reason) {
        down = Optional.of(reason);
    }

    public void up() {
        down = Optional.empty();
    }

    /** IDs of all tasks the host holds, running or not. */
    public Set<String> tasks() {
        return Set.copyOf(tasks.keySet());
    }

    public boolean running(String taskId) {
        return Optional.ofNullable(tasks.get(taskId)).filter(FakeTask::running).isPresent();
    }

    /** How often the task was really started. */
    public int starts(String taskId) {
        return Optional.ofNullable(tasks.get(taskId))
                .map(task -> task.starts.get())
                .orElse(0);
    }

    public TaskDescription description(String taskId) {
        return require(taskId).description;
    }

    /** The commands that run inside the task now. */
    public List<FakeExec> execs(String taskId) {
        return List.copyOf(require(taskId).execs);
    }

    /** What the task is said to have used from now on. */
    public void uses(String taskId, TaskUsage usage) {
        require(taskId).usage = Optional.of(usage);
    }

    /** The task ends by itself. */
    public void exit(String taskId, TaskExit exit) {
        require(taskId).exit(exit);
    }

    public void print(String taskId, LogSink.Stream stream, String line) {
        require(taskId).print(stream, line);
    }

    /** Somebody else removed the task behind the driver's back. */
    public void lose(String taskId) {
        FakeTask task = tasks.remove(taskId);
        if (task != null) {
            task.exit(new TaskExit(-1, "gone"));
        }
    }

    void check() {
        down.ifPresent(reason -> {
            throw reason;
        });
    }

    Behaviour behaviour(TaskDescription task) {
        return images.getOrDefault(task.container().image(), Behaviour.of(Workload.running()));
    }

    Optional<Workload> command(String name) {
        return Optional.ofNullable(commands.get(name));
    }

    Optional<FakeTask> find(String taskId) {
        return Optional.ofNullable(tasks.get(taskId));
    }

    FakeTask create(TaskDescription description) {
        return tasks.computeIfAbsent(
                description.id(), id -> new FakeTask(description, pids.incrementAndGet(), published(description)));
    }

    void remove(String taskId) {
        tasks.remove(taskId);
    }

    private FakeTask require(String taskId) {
        return find(taskId).orElseThrow(() -> new AssertionError("no task " + taskId + " among " + tasks.keySet()));
    }

    private List<PublishedPort> published(TaskDescription description) {
        return description.ports().stream()
                .map(port -> port.published() == 0
                        ? new PublishedPort(port.protocol(), port.target(), ports.incrementAndGet())
                        : port)
                .toList();
    }

    /** A task the host holds. */
    static final class FakeTask {
        final TaskDescription description;
        final long pid;
        final List<PublishedPort> ports;
        final AtomicInteger starts = new AtomicInteger();
        final Set<FakeExec> execs = ConcurrentHashMap.newKeySet();
        volatile Optional<TaskUsage> usage = Optional.empty();
        private final CompletableFuture<TaskExit> exit = new CompletableFuture<>();
        private final List<LogLine> log = new ArrayList<>();
        private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

        record LogLine(Instant time, LogSink.Stream stream, String text) {}

        FakeTask(TaskDescription description, long pid, List<PublishedPort> ports) {
            this.description = description;
            this.pid = pid;
            this.ports = ports;
        }

        boolean started() {
            return starts.get() > 0;
        }

        boolean running() {
            return started() && !exit.isDone();
        }

        void exit(TaskExit value) {
            exit.complete(value);
            execs.forEach(exec -> exec.end(137));
            watchers.forEach(Runnable::run);
        }

        CompletableFuture<TaskExit> exited() {
            return exit;
        }

        void print(LogSink.Stream stream, String text) {
            synchronized (log) {
                log.add(new LogLine(Instant.now(), stream, text));
            }
            watchers.forEach(Runnable::run);
        }

        List<LogLine> log() {
            synchronized (log) {
                return List.copyOf(log);
            }
        }

        void watch(Runnable watcher) {
            watchers.add(watcher);
        }

        void unwatch(Runnable watcher) {
            watchers.remove(watcher);
        }
    }
}
