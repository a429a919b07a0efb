package org.skep.api.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.api.testing.Eventually.eventually;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.RuntimeInfo;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskExit;
import org.skep.api.runtime.TaskRuntimeStatus;

/** What every runtime driver must do. Extend it, and say how to make a driver and a task that does some work. */
public abstract class RuntimeDriverContract {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final LogOptions ALL = new LogOptions(false, -1, Instant.MIN, true, true);

    private final List<TaskController> controllers = new ArrayList<>();

    /** The driver under test; called again, the same one. */
    protected abstract RuntimeDriver driver();

    /** A driver as it would be after the daemon was killed and started again; {@link #driver} is that one from now on. */
    protected abstract RuntimeDriver restarted() throws InterruptedException;

    /** A container that does this. Keeps its image and command to itself. */
    protected abstract ContainerConfig.Builder container(Workload workload);

    /** An image and command of which the command does not exist; null if the driver cannot be asked for that. */
    protected ContainerConfig.Builder missingCommand() {
        return null;
    }

    @AfterEach
    void removeTasks() throws InterruptedException {
        for (TaskController controller : controllers) {
            controller.kill();
            controller.close();
        }
        driver().retain(Set.of());
        closeDriver();
    }

    /** Frees what {@link #driver} holds; the last call of a test. */
    protected void closeDriver() throws InterruptedException {}

    @Test
    void describesTheHost() {
        RuntimeInfo info = driver().info();
        assertThat(info.version()).isNotEmpty();
        assertThat(info.os()).isEqualTo("linux");
        assertThat(info.architecture()).isNotEmpty();
        assertThat(info.nanoCpus()).isPositive();
        assertThat(info.memoryBytes()).isGreaterThan(64 << 20);
    }

    @Test
    void runsATaskToItsEnd() throws Exception {
        TaskController controller = running(task(container(Workload.exiting(0))));
        assertThat(exit(controller)).isEqualTo(new TaskExit(0, ""));
        eventually("the task has no process", () -> controller.status().pid() == 0);
    }

    @Test
    void reportsTheExitCode() throws Exception {
        assertThat(exit(running(task(container(Workload.exiting(3)))))).isEqualTo(new TaskExit(3, ""));
    }

    @Test
    void namesARunningTask() throws Exception {
        TaskController controller = running(task(container(Workload.running())));
        assertThat(controller.status().runtimeId()).isNotEmpty();
        assertThat(controller.status().pid()).isPositive();
        assertThat(controller.exited().toCompletableFuture()).isNotDone();
    }

    @Test
    void knowsNothingOfATaskBeforeItIsPrepared() throws Exception {
        TaskController controller = controller(task(container(Workload.running())));
        assertThat(controller.adopt()).isFalse();
        assertThat(controller.status()).isEqualTo(new TaskRuntimeStatus("", 0, List.of()));
        controller.stop();
        controller.kill();
        controller.remove();
    }

    @Test
    void stopsATask() throws Exception {
        TaskController controller = running(task(container(Workload.running()).stopGracePeriod(LIMIT)));
        controller.stop();
        assertThat(exit(controller).code()).isEqualTo(143);
    }

    @Test
    void killsATaskThatDoesNotStopInTime() throws Exception {
        TaskController controller = running(
                task(container(Workload.running().ignoringStop().printing("up")).stopGracePeriod(Workload.GRACE)));
        eventually("the task ignores its signal", () -> log(controller, ALL).contains("up"));
        controller.stop();
        assertThat(exit(controller).code()).isEqualTo(137);
    }

    @Test
    void killsATask() throws Exception {
        TaskController controller = running(task(container(Workload.running().ignoringStop())));
        controller.kill();
        assertThat(exit(controller).code()).isEqualTo(137);
    }

    @Test
    void findsItsWorkDone() throws Exception {
        TaskController controller = running(task(container(Workload.running())));
        TaskRuntimeStatus before = controller.status();
        controller.prepare();
        controller.start();
        assertThat(controller.status()).isEqualTo(before);
        controller.stop();
        controller.stop();
        controller.remove();
        controller.remove();
        assertThat(controller.status().runtimeId()).isEmpty();
        assertThat(controller.adopt()).isFalse();
    }

    @Test
    void startsAPreparedTaskThatIsStoppedBeforeItStarted() throws Exception {
        TaskController controller = controller(task(container(Workload.running())));
        controller.prepare();
        controller.stop();
        controller.remove();
        assertThat(controller.status().runtimeId()).isEmpty();
    }

    @Test
    void handsTheEnvironmentOver() throws Exception {
        TaskController controller = running(
                task(container(Workload.exiting(0).printing("hello $WHO")).env(List.of("WHO=a b", "EMPTY="))));
        exit(controller);
        assertThat(log(controller, ALL)).containsExactly("hello a b");
    }

    @Test
    void keepsBothStreamsOfTheLog() throws Exception {
        Instant before = Instant.now().minusSeconds(5);
        TaskController controller = running(
                task(container(Workload.exiting(0).printing("one", "two").complaining("three"))));
        exit(controller);
        RecordingSink sink = new RecordingSink();
        controller.logs(ALL, sink);
        assertThat(sink.awaitEnd(LIMIT)).isEmpty();
        assertThat(sink.texts(LogSink.Stream.STDOUT)).containsExactly("one", "two");
        assertThat(sink.texts(LogSink.Stream.STDERR)).containsExactly("three");
        assertThat(sink.lines()).allSatisfy(line -> assertThat(line.time())
                .isBetween(before, Instant.now().plusSeconds(5)));
    }

    @Test
    void choosesFromTheLog() throws Exception {
        TaskController controller = running(task(
                container(Workload.exiting(0).printing("one", "two", "three").complaining("four"))));
        exit(controller);
        assertThat(log(controller, new LogOptions(false, 2, Instant.MIN, true, false)))
                .containsExactly("two", "three");
        assertThat(log(controller, new LogOptions(false, 0, Instant.MIN, true, true)))
                .isEmpty();
        assertThat(log(controller, new LogOptions(false, -1, Instant.MIN, false, true)))
                .containsExactly("four");
        assertThat(log(controller, new LogOptions(false, -1, Instant.now().plusSeconds(60), true, true)))
                .isEmpty();
    }

    @Test
    void followsTheLogToTheEnd() throws Exception {
        TaskController controller = running(task(container(Workload.running().printing("one"))));
        RecordingSink sink = new RecordingSink();
        controller.logs(new LogOptions(true, -1, Instant.MIN, true, true), sink);
        eventually("the first line", () -> sink.texts().equals(List.of("one")));
        assertThat(sink.ended()).isFalse();
        controller.stop();
        exit(controller);
        controller.remove();
        assertThat(sink.awaitEnd(LIMIT)).isEmpty();
        assertThat(sink.texts()).containsExactly("one");
    }

    @Test
    void stopsFollowingWhenTold() throws Exception {
        TaskController controller = running(task(container(Workload.running().printing("one"))));
        RecordingSink sink = new RecordingSink();
        var follower = controller.logs(new LogOptions(true, -1, Instant.MIN, true, true), sink);
        eventually("the first line", () -> sink.texts().equals(List.of("one")));
        follower.close();
        follower.close();
        assertThat(controller.exited().toCompletableFuture()).isNotDone();
    }

    @Test
    void leavesTasksAloneWhenItGoesAway() throws Exception {
        TaskDescription task = task(container(Workload.running()));
        TaskController controller = running(task);
        long pid = controller.status().pid();
        controller.close();
        TaskController adopted = track(restarted().controller(task));
        assertThat(adopted.adopt()).isTrue();
        assertThat(adopted.status().pid()).isEqualTo(pid);
    }

    @Test
    void adoptsARunningTaskAfterARestart() throws Exception {
        TaskDescription task = task(container(Workload.running().printing("once")));
        TaskController first = running(task);
        TaskRuntimeStatus before = first.status();
        eventually("the task printed", () -> log(first, ALL).contains("once"));
        first.close();

        TaskController adopted = track(restarted().controller(task));
        adopted.prepare();
        adopted.start();
        assertThat(adopted.status()).isEqualTo(before);
        assertThat(log(adopted, ALL)).containsExactly("once");
        adopted.stop();
        assertThat(exit(adopted).code()).isEqualTo(143);
    }

    @Test
    void learnsHowATaskEndedWhileItWasAway() throws Exception {
        TaskDescription task = task(container(Workload.exiting(5).printing("last words")));
        TaskController first = running(task);
        exit(first);
        first.close();

        TaskController adopted = track(restarted().controller(task));
        assertThat(adopted.adopt()).isTrue();
        assertThat(exit(adopted)).isEqualTo(new TaskExit(5, ""));
        assertThat(log(adopted, ALL)).containsExactly("last words");
    }

    @Test
    void removesWhatNobodyWants() throws Exception {
        TaskDescription kept = task(container(Workload.running()));
        TaskDescription ended = task(container(Workload.exiting(0)));
        TaskDescription unwanted = task(container(Workload.running()));
        TaskController keptController = running(kept);
        exit(running(ended));
        running(unwanted).close();
        keptController.close();

        RuntimeDriver driver = restarted();
        driver.retain(Set.of(kept.id()));
        assertThat(track(driver.controller(kept)).adopt()).isTrue();
        assertThat(track(driver.controller(ended)).adopt()).isFalse();
        assertThat(track(driver.controller(unwanted)).adopt()).isFalse();
    }

    @Test
    void startsAHealthyTask() throws Exception {
        TaskController controller = running(task(container(Workload.running().healthy(true))));
        assertThat(controller.exited().toCompletableFuture()).isNotDone();
    }

    @Test
    void endsAnUnhealthyTask() throws Exception {
        TaskController controller = controller(task(container(Workload.running().healthy(false))));
        controller.prepare();
        assertThatThrownBy(controller::start)
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("unhealthy")
                .hasMessageNotContaining("\n");
        assertThat(exit(controller).reason()).contains("unhealthy");
    }

    @Test
    void namesACommandThatDoesNotExist() throws Exception {
        ContainerConfig.Builder missing = missingCommand();
        org.junit.jupiter.api.Assumptions.assumeTrue(missing != null, "this driver runs no commands");
        TaskController controller = controller(task(missing));
        assertThatThrownBy(() -> {
                    controller.prepare();
                    controller.start();
                })
                .isInstanceOf(SkepException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void publishesPorts() throws Exception {
        TaskDescription task =
                task(container(Workload.running()), List.of(new PublishedPort(PublishedPort.Protocol.TCP, 8080, 0)));
        TaskController controller = running(task);
        assertThat(controller.status().ports()).singleElement().satisfies(port -> {
            assertThat(port.target()).isEqualTo(8080);
            assertThat(port.published()).isBetween(1, 65535);
        });
        List<PublishedPort> before = controller.status().ports();
        controller.close();
        TaskController adopted = track(restarted().controller(task));
        assertThat(adopted.adopt()).isTrue();
        assertThat(adopted.status().ports()).isEqualTo(before);
    }

    protected final TaskDescription task(ContainerConfig.Builder container) {
        return task(container, List.of());
    }

    protected final TaskDescription task(ContainerConfig.Builder container, List<PublishedPort> ports) {
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, 25);
        return new TaskDescription(
                id,
                "kit.1." + id,
                "kitservice",
                "kit",
                nodeId(),
                container.build(),
                ResourceLimits.NONE,
                ports,
                List.of(),
                Map.of("com.docker.swarm.task.id", id));
    }

    /** The node the tasks are for. */
    protected String nodeId() {
        return "kitnode";
    }

    protected final TaskController controller(TaskDescription task) {
        return track(driver().controller(task));
    }

    protected final TaskController track(TaskController controller) {
        controllers.add(controller);
        return controller;
    }

    protected final TaskController running(TaskDescription task) throws InterruptedException {
        TaskController controller = controller(task);
        controller.prepare();
        controller.start();
        return controller;
    }

    protected static TaskExit exit(TaskController controller) throws Exception {
        return controller.exited().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    protected static List<String> log(TaskController controller, LogOptions options) {
        RecordingSink sink = new RecordingSink();
        controller.logs(options, sink);
        sink.awaitEnd(LIMIT);
        return sink.texts();
    }
}
