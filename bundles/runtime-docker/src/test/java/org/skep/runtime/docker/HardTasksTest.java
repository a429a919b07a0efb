package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.api.testing.Eventually.eventually;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.LogSink;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskExit;
import org.skep.api.testing.RecordingSink;

/** Tasks that nobody would wish for. */
@EnabledIf(value = "org.skep.runtime.docker.LocalEngine#isReady", disabledReason = LocalEngine.NEEDED)
class HardTasksTest {

    private static final String NODE = "hard" + UUID.randomUUID().toString().substring(0, 8);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static EngineClient client;
    private static DockerRuntime runtime;

    private TaskController task;

    @BeforeAll
    static void connect() {
        client = LocalEngine.client();
        runtime = new DockerRuntime(client, LocalEngine.ADDRESS, Optional.of(new SwarmMembership(NODE, "cluster")));
    }

    @AfterAll
    static void disconnect() throws InterruptedException {
        runtime.close();
        client.shut();
    }

    @AfterEach
    void remove() {
        task.remove();
    }

    private void make(ContainerConfig.Builder container) {
        task = runtime.controller(TaskBuilder.of(container).on(NODE));
    }

    private void run(String script, Duration grace) throws InterruptedException {
        make(ContainerConfig.of("busybox:latest")
                .args(java.util.List.of("sh", "-c", script))
                .stopGracePeriod(grace));
        task.prepare();
        task.start();
    }

    @Test
    void sayInOneLineThatTheirProgramIsNone() throws Exception {
        make(ContainerConfig.of("busybox:latest").command(java.util.List.of("/etc/passwd")));
        task.prepare();
        assertThatThrownBy(task::start)
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("permission denied")
                .hasMessageNotContaining("\n");
    }

    @Test
    void tellHowTheyEndedWhenTheyDoSoAtOnce() throws Exception {
        run("exit 7", Duration.ofSeconds(10));
        assertThat(task.exited().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(new TaskExit(7, ""));
    }

    @Test
    void areKilledWhenTheyDoNotListen() throws Exception {
        run("trap '' TERM; echo deaf; while :; do sleep 0.1; done", Duration.ofSeconds(1));
        eventually("it is deaf", () -> {
            RecordingSink sink = new RecordingSink();
            task.logs(new LogOptions(false, -1, Instant.MIN, true, true), sink);
            sink.awaitEnd(LIMIT);
            return sink.texts().contains("deaf");
        });
        task.stop();
        assertThat(task.exited().toCompletableFuture().join().code()).isEqualTo(137);
    }

    /** Nothing is read ahead: a reader that stands still holds up the engine, and not this JVM's memory. */
    @Test
    void mayPrintMuchMoreThanAnybodyReads() throws Exception {
        run("head -c 100000000 /dev/zero | tr '\\0' 'x' | fold -w 999", Duration.ofSeconds(10));
        AtomicLong bytes = new AtomicLong();
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<String> end = new CompletableFuture<>();
        task.logs(new LogOptions(true, -1, Instant.MIN, true, true), new LogSink() {
            @Override
            public void line(Instant time, Stream stream, byte[] data) {
                bytes.addAndGet(data.length);
                first.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void end(String problem) {
                end.complete(problem);
            }
        });
        first.await();
        assertThat(task.exited().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(new TaskExit(0, ""));
        assertThat(bytes.get()).isLessThan(2000);
        goOn.countDown();
        assertThat(end.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEmpty();
        assertThat(bytes.get()).isGreaterThanOrEqualTo(100_000_000);
    }
}
