package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.skep.api.testing.Eventually.eventually;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.NetworkConnection;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskExit;
import org.skep.api.testing.RecordingSink;

/** The engine dies and comes back. */
class EngineLossTest {

    private static final String NODE = "lossnode";

    @Test
    void keepsTasksThatOutliveTheEngine() throws Exception {
        try (PrivateEngine engine = new PrivateEngine("--live-restore");
                Driver driver = new Driver(engine)) {
            TaskController kept = driver.run("trap 'exit 7' TERM; echo up; while :; do sleep 0.1; done");
            TaskController ends = driver.run("while [ ! -e /tmp/end ]; do sleep 0.1; done; exit 4");
            RecordingSink log = new RecordingSink();
            kept.logs(new LogOptions(true, -1, Instant.MIN, true, true), log);
            eventually("the first line", () -> log.texts().equals(List.of("up")));
            long pid = kept.status().pid();

            engine.kill();
            assertThatThrownBy(kept::stop)
                    .asInstanceOf(type(SkepException.class))
                    .extracting(SkepException::code)
                    .isEqualTo(RuntimeDriver.UNAVAILABLE);
            // Ended while nobody looks.
            ProcessHandle.of(ends.status().pid()).orElseThrow().destroyForcibly();
            engine.start();

            assertThat(exit(ends)).isEqualTo(new TaskExit(137, "the Docker Engine went away"));
            assertThat(kept.exited().toCompletableFuture()).isNotDone();
            assertThat(kept.status().pid()).isEqualTo(pid);
            assertThat(log.ended()).isFalse();
            assertThat(exit(driver.run("exit 3"))).isEqualTo(new TaskExit(3, ""));
            kept.stop();
            assertThat(exit(kept)).isEqualTo(new TaskExit(7, ""));
            assertThat(log.awaitEnd(Duration.ofSeconds(20))).isEmpty();
            assertThat(log.texts()).containsExactly("up");
        }
    }

    @Test
    void tellsOfTasksThatEndedWithTheEngine() throws Exception {
        try (PrivateEngine engine = new PrivateEngine();
                Driver driver = new Driver(engine)) {
            TaskController task = driver.run("trap 'exit 0' TERM; while :; do sleep 0.1; done");
            engine.stop();
            assertThatThrownBy(driver.runtime::info)
                    .isInstanceOf(SkepException.class)
                    .hasMessageContaining("does not answer")
                    .hasMessageContaining("socket");
            engine.start();
            // It left with 0, because the engine told it to: that is no success.
            assertThat(exit(task)).isEqualTo(new TaskExit(0, "it was stopped by others"));
            TaskController next = driver.run("while :; do sleep 0.1; done");
            assertThat(next.exited().toCompletableFuture()).isNotDone();
        }
    }

    private static TaskExit exit(TaskController task) throws Exception {
        return task.exited().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static final class Driver implements AutoCloseable {

        private final EngineClient client;
        private final DockerRuntime runtime;
        private final List<TaskController> tasks = new ArrayList<>();

        Driver(PrivateEngine engine) {
            client = new EngineClient(engine.address());
            runtime = new DockerRuntime(client, engine.address(), Optional.of(new SwarmMembership(NODE, "cluster")));
        }

        TaskController run(String script) throws InterruptedException {
            TaskController task = runtime.controller(TaskBuilder.shell(script)
                    .networks(new NetworkConnection("none", List.of(), List.of()))
                    .on(NODE));
            tasks.add(task);
            task.prepare();
            task.start();
            return task;
        }

        @Override
        public void close() throws InterruptedException {
            tasks.forEach(TaskController::close);
            runtime.retain(Set.of());
            runtime.close();
            client.shut();
        }
    }
}
