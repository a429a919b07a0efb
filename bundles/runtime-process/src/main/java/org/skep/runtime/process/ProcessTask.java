package org.skep.runtime.process;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.api.runtime.Exec;
import org.skep.api.runtime.ExecOptions;
import org.skep.api.runtime.ExecSink;
import org.skep.api.runtime.LogFollower;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskRuntimeStatus;
import org.skep.api.runtime.TaskUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task as a process. All there is to know of it is in its directory, so that any daemon can pick it up; this object
 * only looks there, and waits.
 */
final class ProcessTask implements TaskController {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessTask.class);

    /** A killed process is gone in no time, unless the kernel holds it. */
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

    private final TaskDescription task;
    private final TaskDirectory directory;
    private final Surroundings around;
    private final Optional<List<String>> healthCommand;
    private final CompletableFuture<TaskExit> exited = new CompletableFuture<>();
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private final Set<ProcessExec> execs = ConcurrentHashMap.newKeySet();
    private Optional<HealthMonitor> monitor = Optional.empty();

    ProcessTask(TaskDescription task, TaskDirectory directory, Surroundings around) {
        Refusals.check(task);
        around.cgroups().check(Cgroups.Limits.of(task));
        this.healthCommand = task.container().healthCheck().flatMap(HealthMonitor::command);
        this.task = task;
        this.directory = directory;
        this.around = around;
        if (started()) {
            around.ports().adopt(task.id(), ports());
            watch();
            look();
            if (!exited.isDone()) {
                monitorHealth();
            }
        }
    }

    @Override
    public boolean adopt() {
        return started();
    }

    @Override
    public void prepare() {
        if (started()) {
            return;
        }
        try {
            directory.create();
            new TaskSpec(task, directory).linkMounts();
        } catch (IOException e) {
            throw disk(e);
        }
    }

    @Override
    public void start() throws InterruptedException {
        if (!started()) {
            launch();
        }
        awaitHealth();
    }

    private void launch() throws InterruptedException {
        List<PublishedPort> ports = around.ports().claim(task.id(), task.ports());
        try {
            directory.ports(Ports.format(ports));
            new TaskSpec(task, directory)
                    .write(ports, around.cgroups().create(task.id(), Cgroups.Limits.of(task)), around.logSize());
            around.supervisor().start(directory);
        } catch (IOException e) {
            around.ports().release(task.id());
            throw disk(e);
        } catch (SkepException e) {
            if (!started()) {
                around.ports().release(task.id());
                around.cgroups().remove(task.id());
                throw e;
            }
            LOG.debug("started before", e);
        }
        watch();
        look();
        monitorHealth();
    }

    private void awaitHealth() throws InterruptedException {
        Optional<HealthMonitor> watched = currentMonitor();
        if (watched.isEmpty()) {
            return;
        }
        try {
            CompletableFuture.anyOf(watched.get().healthy(), exited).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        TaskExit exit = exited.getNow(null);
        if (exit != null && !watched.get().healthy().isDone()) {
            String how = exit.reason().isEmpty()
                    ? "unhealthy: the task ended with exit code " + exit.code() + " before it was healthy"
                    : exit.reason();
            throw SkepException.external("UNHEALTHY", how, "", null);
        }
    }

    @Override
    public CompletionStage<TaskExit> exited() {
        return exited.minimalCompletionStage();
    }

    @Override
    public void stop() throws InterruptedException {
        Optional<ProcessIdentity> alive = alive();
        if (alive.isPresent()) {
            stopMonitor();
            // A start that was broken off did not come to this.
            watch();
            look();
            String signal = Refusals.signal(task.container().stopSignal());
            around.supervisor().signal(signal, Long.toString(alive.get().pid()));
            if (!ended(task.container().stopGracePeriod())) {
                killAndWait();
            }
        } else if (started() && !exited.isDone() && !ended(KILL_PATIENCE)) {
            LOG.warn("task {} has ended, but its supervisor has not said how", task.id());
        }
    }

    private void killAndWait() throws InterruptedException {
        signalGroup();
        if (!ended(KILL_PATIENCE)) {
            throw SkepException.external(
                    "KILL_FAILED", "process of task " + task.id() + " cannot be killed", "look at it with ps", null);
        }
    }

    @Override
    public void kill() {
        stopMonitor();
        try {
            signalGroup();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The group may have a life after its leader, until the supervisor notices; only a living leader proves it is ours. */
    private void signalGroup() throws InterruptedException {
        Optional<ProcessIdentity> alive = alive();
        if (alive.isPresent()) {
            around.supervisor().signal("KILL", "-" + alive.get().pid());
        }
    }

    @Override
    public void remove() {
        stopMonitor();
        around.watch().forget(directory.path());
        around.cgroups().remove(task.id());
        around.ports().release(task.id());
        try {
            directory.delete();
        } catch (IOException e) {
            throw disk(e);
        } finally {
            exited.complete(new TaskExit(-1, "removed"));
            wakeFollowers();
        }
    }

    @Override
    public TaskRuntimeStatus status() {
        if (!directory.exists()) {
            return new TaskRuntimeStatus("", 0, List.of());
        }
        return new TaskRuntimeStatus(
                task.id(), alive().map(ProcessIdentity::pid).orElse(0L), ports());
    }

    @Override
    public LogFollower logs(LogOptions options, LogSink sink) {
        Follower follower = new Follower(directory, options, sink, this::writesNoMore, this::followed);
        followers.add(follower);
        if (options.follow() && directory.exists()) {
            watch();
        }
        follower.begin();
        return follower;
    }

    @Override
    public Exec exec(ExecOptions options, ExecSink sink) {
        if (!options.user().isEmpty()) {
            Refusals.user(options.user());
        }
        byte[] spec = new ExecSpec(options, new TaskSpec(task, directory)).bytes();
        if (exited.isDone() || alive().isEmpty()) {
            throw SkepException.state("TASK_NOT_RUNNING", "task " + task.name() + " is not running", "");
        }
        ProcessExec exec = new ProcessExec(around.supervisor().exec(directory), sink, execs::remove);
        execs.add(exec);
        exec.begin(spec);
        if (exited.isDone()) {
            exec.kill();
        }
        return exec;
    }

    @Override
    public Optional<TaskUsage> usage() {
        return exited.isDone()
                ? Optional.empty()
                : alive().map(process -> ProcessUsage.of(
                        process.pid(),
                        around.cgroups().measure(task.id()),
                        task.limits().limitMemoryBytes()));
    }

    @Override
    public void close() {
        execs.forEach(ProcessExec::close);
        stopMonitor();
        around.watch().forget(directory.path());
        around.closed().accept(this);
        followers.forEach(Follower::close);
    }

    /** Looks whether the task has ended. Called when something changed in its directory, and now and then. */
    void look() {
        if (exited.isDone()) {
            return;
        }
        try {
            Optional<Integer> code = directory.exitCode();
            if (code.isEmpty() && lost()) {
                // It may have written its last word just before it went.
                code = directory.exitCode();
                if (code.isEmpty()) {
                    end(new TaskExit(-1, "the host or the supervisor of the task went down"));
                    return;
                }
            }
            if (code.isPresent()) {
                end(new TaskExit(code.get(), reason()));
            }
        } catch (IOException e) {
            LOG.warn("cannot read the state of task {}: {}", task.id(), e.toString());
        }
        wakeFollowers();
    }

    private String reason() throws IOException {
        return around.cgroups().outOfMemory(task.id()) ? "out of memory" : directory.reason();
    }

    private void end(TaskExit exit) {
        stopMonitor();
        around.ports().release(task.id());
        around.watch().forget(directory.path());
        exited.complete(exit);
        execs.forEach(ProcessExec::kill);
    }

    private boolean lost() throws IOException {
        return directory
                .running()
                .filter(running ->
                        !running.task().alive() && !running.supervisor().alive())
                .isPresent();
    }

    private boolean ended(Duration limit) throws InterruptedException {
        try {
            exited.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            look();
            return exited.isDone();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void ill(String why) {
        LOG.info("task {} is {}", task.id(), why);
        try {
            directory.reason(why);
            signalGroup();
        } catch (IOException e) {
            LOG.warn("cannot note why task {} is killed: {}", task.id(), e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void monitorHealth() {
        if (monitor.isEmpty() && healthCommand.isPresent() && !exited.isDone()) {
            monitor = Optional.of(new HealthMonitor(
                    task.container().healthCheck().orElseThrow(),
                    healthCommand.get(),
                    command -> around.supervisor().probe(directory, command),
                    around.timer(),
                    this::ill));
            monitor.get().begin();
        }
    }

    private synchronized Optional<HealthMonitor> currentMonitor() {
        return monitor;
    }

    private void stopMonitor() {
        currentMonitor().ifPresent(HealthMonitor::close);
    }

    private boolean started() {
        try {
            return directory.running().isPresent();
        } catch (IOException e) {
            throw disk(e);
        }
    }

    private Optional<ProcessIdentity> alive() {
        try {
            return directory.running().map(TaskDirectory.Running::task).filter(ProcessIdentity::alive);
        } catch (IOException e) {
            throw disk(e);
        }
    }

    private List<PublishedPort> ports() {
        try {
            return directory.ports().map(Ports::parse).orElse(List.of());
        } catch (IOException e) {
            throw disk(e);
        }
    }

    private boolean writesNoMore() {
        return exited.isDone() || !directory.exists();
    }

    private void watch() {
        boolean writes = followers.stream().anyMatch(Follower::follows);
        around.watch().watch(directory.path(), writes, this::look);
    }

    private void followed(Follower follower) {
        followers.remove(follower);
        if (follower.follows() && directory.exists() && !exited.isDone()) {
            watch();
        }
    }

    private void wakeFollowers() {
        followers.forEach(Follower::wake);
    }

    private SkepException disk(IOException cause) {
        return SkepException.resource(
                "TASK_DIRECTORY_FAILED",
                "cannot use the task directory " + directory.path() + ": " + IoReasons.of(cause),
                "",
                cause);
    }
}
