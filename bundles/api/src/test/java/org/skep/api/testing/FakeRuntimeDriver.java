package org.skep.api.testing;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.skep.api.SkepException;
import org.skep.api.runtime.Exec;
import org.skep.api.runtime.ExecOptions;
import org.skep.api.runtime.ExecSink;
import org.skep.api.runtime.LogFollower;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.RuntimeInfo;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskRuntimeStatus;
import org.skep.api.runtime.TaskUsage;

/** Runs tasks on a {@link FakeHost}. A second driver on the same host finds what the first one left. */
public final class FakeRuntimeDriver implements RuntimeDriver {

    public static final RuntimeInfo INFO = new RuntimeInfo("fake-1.0", "linux", "x86_64", 4_000_000_000L, 8L << 30);

    private final FakeHost host;

    public FakeRuntimeDriver(FakeHost host) {
        this.host = host;
    }

    @Override
    public RuntimeInfo info() {
        host.check();
        return INFO;
    }

    @Override
    public TaskController controller(TaskDescription task) {
        if (!task.container().capabilityAdd().isEmpty()) {
            throw SkepException.user("CAP_ADD_UNSUPPORTED", "--cap-add is not supported by the fake runtime", "");
        }
        return new FakeController(task);
    }

    @Override
    public void retain(Set<String> taskIds) {
        host.check();
        for (String id : host.tasks()) {
            if (!taskIds.contains(id)) {
                host.find(id).ifPresent(task -> task.exit(new TaskExit(137, "")));
                host.remove(id);
            }
        }
    }

    private final class FakeController implements TaskController {
        private final TaskDescription task;
        private final CompletableFuture<TaskExit> exited = new CompletableFuture<>();

        FakeController(TaskDescription task) {
            this.task = task;
            found().filter(FakeHost.FakeTask::started).ifPresent(this::watchExit);
        }

        @Override
        public boolean adopt() {
            host.check();
            return found().isPresent();
        }

        @Override
        public void prepare() throws InterruptedException {
            host.check();
            if (found().isEmpty()) {
                host.behaviour(task).prepare().run(task);
                host.create(task);
            }
        }

        @Override
        public void start() throws InterruptedException {
            host.check();
            FakeHost.FakeTask created = found().orElseThrow(() -> new IllegalStateException("not prepared"));
            if (created.started()) {
                return;
            }
            FakeHost.Behaviour behaviour = host.behaviour(task);
            behaviour.start().run(task);
            created.starts.incrementAndGet();
            Workload workload = behaviour.workload();
            List<String> env = task.container().env();
            workload.stdout().forEach(line -> created.print(LogSink.Stream.STDOUT, expand(line, env)));
            workload.stderr().forEach(line -> created.print(LogSink.Stream.STDERR, expand(line, env)));
            watchExit(created);
            if (workload.health().filter(healthy -> !healthy).isPresent()) {
                created.exit(new TaskExit(137, "unhealthy"));
                throw SkepException.external("UNHEALTHY", "task is unhealthy", "", null);
            }
            workload.exit().ifPresent(code -> created.exit(new TaskExit(code, "")));
        }

        @Override
        public CompletionStage<TaskExit> exited() {
            return exited.minimalCompletionStage();
        }

        @Override
        public void stop() throws InterruptedException {
            host.check();
            Optional<FakeHost.FakeTask> running = found().filter(FakeHost.FakeTask::running);
            if (running.isPresent()) {
                host.behaviour(task).stop().run(task);
                boolean deaf = host.behaviour(task).workload().deaf();
                running.get().exit(new TaskExit(deaf ? 137 : 143, ""));
            }
        }

        @Override
        public void kill() {
            found().filter(FakeHost.FakeTask::running).ifPresent(running -> running.exit(new TaskExit(137, "")));
        }

        @Override
        public void remove() {
            host.check();
            host.remove(task.id());
        }

        @Override
        public TaskRuntimeStatus status() {
            return found().map(found ->
                            new TaskRuntimeStatus("fake-" + task.id(), found.running() ? found.pid : 0, found.ports))
                    .orElse(new TaskRuntimeStatus("", 0, List.of()));
        }

        @Override
        public LogFollower logs(LogOptions options, LogSink sink) {
            FakeLog log = new FakeLog(found(), options, sink);
            Thread thread = new Thread(log, "fake-log-" + task.id());
            thread.setDaemon(true);
            thread.start();
            return thread::interrupt;
        }

        @Override
        public Exec exec(ExecOptions options, ExecSink sink) {
            host.check();
            FakeHost.FakeTask inside = found().filter(FakeHost.FakeTask::running)
                    .orElseThrow(() ->
                            SkepException.state("TASK_NOT_RUNNING", "task " + task.name() + " is not running", ""));
            FakeExec exec = new FakeExec(task, options, sink, inside.execs::remove);
            inside.execs.add(exec);
            exec.begin(host.command(options.command().get(0)));
            return exec;
        }

        @Override
        public Optional<TaskUsage> usage() {
            host.check();
            return found().filter(FakeHost.FakeTask::running).map(running -> running.usage.orElseGet(this::nothing));
        }

        private TaskUsage nothing() {
            return new TaskUsage(Instant.now(), 1, 1 << 20, INFO.memoryBytes(), 0, 0, 0, 0, 1);
        }

        @Override
        public void close() {}

        private Optional<FakeHost.FakeTask> found() {
            return host.find(task.id());
        }

        private void watchExit(FakeHost.FakeTask started) {
            started.exited().thenAccept(exited::complete);
        }
    }

    /** Puts values in the place of {@code $NAME}. */
    static String expand(String line, List<String> env) {
        String expanded = line;
        for (String variable : env) {
            int equals = variable.indexOf('=');
            expanded = expanded.replace("$" + variable.substring(0, equals), variable.substring(equals + 1));
        }
        return expanded;
    }

    private record FakeLog(Optional<FakeHost.FakeTask> task, LogOptions options, LogSink sink) implements Runnable {

        @Override
        public void run() {
            try {
                if (task.isPresent()) {
                    send(task.get());
                }
            } catch (InterruptedException e) {
                return;
            }
            sink.end("");
        }

        private void send(FakeHost.FakeTask found) throws InterruptedException {
            Object monitor = new Object();
            Runnable wake = () -> {
                synchronized (monitor) {
                    monitor.notifyAll();
                }
            };
            found.watch(wake);
            try {
                List<FakeHost.FakeTask.LogLine> log = found.log();
                List<FakeHost.FakeTask.LogLine> wanted =
                        log.stream().filter(this::wanted).toList();
                long skip = options.tail() < 0 ? 0 : Math.max(0, wanted.size() - options.tail());
                wanted.stream().skip(skip).forEach(this::send);
                int sent = log.size();
                while (options.follow()) {
                    boolean last = !found.running();
                    log = found.log();
                    log.subList(sent, log.size()).stream().filter(this::wanted).forEach(this::send);
                    if (last) {
                        return;
                    }
                    sent = log.size();
                    synchronized (monitor) {
                        if (found.running() && found.log().size() == sent) {
                            monitor.wait(100);
                        }
                    }
                }
            } finally {
                found.unwatch(wake);
            }
        }

        private boolean wanted(FakeHost.FakeTask.LogLine line) {
            return (line.stream() == LogSink.Stream.STDOUT ? options.stdout() : options.stderr())
                    && !line.time().isBefore(options.since());
        }

        private void send(FakeHost.FakeTask.LogLine line) {
            sink.line(line.time(), line.stream(), (line.text() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
