package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.api.testing.Eventually.eventually;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.TaskController;

@EnabledIf(value = "org.skep.runtime.docker.LocalEngine#isReady", disabledReason = LocalEngine.NEEDED)
class ImagesTest {

    private static EngineClient client;
    private static Engine engine;

    @BeforeAll
    static void connect() {
        client = LocalEngine.client();
        engine = new Engine(client, LocalEngine.ADDRESS);
    }

    @AfterAll
    static void disconnect() {
        client.shut();
    }

    @Test
    void pullsAnImageThatIsMissing() throws Exception {
        DockerRuntime runtime = new DockerRuntime(client, LocalEngine.ADDRESS, Optional.empty());
        try (Registry registry = new Registry()) {
            TaskController task = runtime.controller(
                    TaskBuilder.of(ContainerConfig.of(registry.image())).on("pullnode"));
            try {
                task.prepare();
                assertThat(task.status().runtimeId()).isNotEmpty();
            } finally {
                task.remove();
            }
            client.removeImageCmd(registry.image()).exec();
        } finally {
            runtime.close();
        }
    }

    @Test
    void namesAnImageThatItsRegistryDoesNotHave() throws Exception {
        try (Registry registry = new Registry()) {
            assertThatThrownBy(() -> new Images(engine, Duration.ofSeconds(10)).pull(registry.missing(), ""))
                    .isInstanceOf(SkepException.class)
                    .hasMessageStartingWith("no such image: " + registry.missing() + ": ")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void givesUpOnARegistryThatIsSilent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String image = "127.0.0.1:" + silent.getLocalPort() + "/silent:1";
            assertThatThrownBy(() -> new Images(engine, Duration.ofSeconds(1)).pull(image, ""))
                    .isInstanceOf(SkepException.class)
                    .hasMessage("image " + image + " is not on this node and cannot be pulled: no progress for 1 s");
        }
    }

    @Test
    void stopsPullingWhenInterrupted() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Throwable> outcome = new CompletableFuture<>();
            Thread pulling = new Thread(() -> {
                try {
                    new Images(engine, Duration.ofMinutes(1))
                            .pull("127.0.0.1:" + silent.getLocalPort() + "/silent:1", "");
                    outcome.complete(null);
                } catch (Throwable e) {
                    outcome.complete(e);
                }
            });
            pulling.start();
            eventually("waiting for the registry", () -> pulling.getState() == Thread.State.TIMED_WAITING);
            pulling.interrupt();
            assertThat(outcome.get(5, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        }
    }
}
