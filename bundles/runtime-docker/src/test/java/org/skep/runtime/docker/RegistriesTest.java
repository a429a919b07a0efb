package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.RegistryCredentials;
import org.skep.api.runtime.ResolvedImage;
import org.skep.api.runtime.TaskController;

/** Images and logins, as registries know them. */
@EnabledIf(value = "org.skep.runtime.docker.LocalEngine#isReady", disabledReason = LocalEngine.NEEDED)
class RegistriesTest {

    private static EngineClient client;
    private static DockerRuntime runtime;

    @BeforeAll
    static void connect() {
        client = LocalEngine.client();
        runtime = new DockerRuntime(
                client, LocalEngine.ADDRESS, Optional.empty(), Duration.ofSeconds(5), Duration.ofSeconds(3));
    }

    @AfterAll
    static void disconnect() throws InterruptedException {
        runtime.close();
        client.shut();
    }

    private static String auth(Registry registry, String user, String password) {
        String json = "{\"username\":\"" + user + "\",\"password\":\"" + password + "\",\"serveraddress\":\""
                + registry.host() + "\"}";
        return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static RegistryCredentials login(Registry registry, String password) {
        return new RegistryCredentials(registry.host(), "anna", password, "");
    }

    @Test
    void pinAnImage() throws Exception {
        try (Registry registry = new Registry()) {
            ResolvedImage resolved = runtime.resolve(registry.image(), "").orElseThrow();
            assertThat(resolved.reference()).isEqualTo(registry.image() + "@" + registry.digest());
            assertThat(resolved.platforms()).containsExactly(new ResolvedImage.Platform("linux", "amd64"));
        }
    }

    @Test
    void runWhatWasPinned() throws Exception {
        try (Registry registry = new Registry()) {
            String pinned = runtime.resolve(registry.image(), "").orElseThrow().reference();
            TaskController task = runtime.controller(
                    TaskBuilder.of(ContainerConfig.of(pinned)).on("pinnode"));
            try {
                task.prepare();
                assertThat(task.status().runtimeId()).isNotEmpty();
            } finally {
                task.remove();
            }
            client.removeImageCmd(pinned).exec();
        }
    }

    @Test
    void sayThatTheyDoNotHaveAnImage() throws Exception {
        try (Registry registry = new Registry()) {
            assertThatThrownBy(() -> runtime.resolve(registry.missing(), ""))
                    .isInstanceOf(SkepException.class)
                    .hasMessageNotContaining("\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\r\nHost: b", "../containers/json", "a/../b", "a?b", ""})
    void areNotAskedForWhatIsNoName(String image) {
        assertThatThrownBy(() -> runtime.resolve(image, ""))
                .isInstanceOf(SkepException.class)
                .hasMessage("that is not the name of an image");
    }

    @Test
    void areGivenUpWhenTheyAreSilent() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> runtime.resolve("127.0.0.1:" + silent.getLocalPort() + "/silent:1", ""))
                    .isInstanceOf(SkepException.class)
                    .hasMessage("the registry does not answer: no answer in 3000 ms");
        }
    }

    @Test
    void checkLogins() throws Exception {
        try (Registry registry = new Registry("anna:secret")) {
            assertThat(runtime.verify(login(registry, "secret"))).contains(login(registry, "secret"));
            assertThatThrownBy(() -> runtime.verify(login(registry, "wrong")))
                    .isInstanceOf(SkepException.class)
                    .hasMessageNotContaining("wrong")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void giveImagesToWhoMayHaveThem() throws Exception {
        try (Registry registry = new Registry("anna:secret")) {
            String auth = auth(registry, "anna", "secret");
            assertThat(runtime.resolve(registry.image(), auth).orElseThrow().reference())
                    .endsWith(registry.digest());
            assertThatThrownBy(() -> runtime.resolve(registry.image(), "")).isInstanceOf(SkepException.class);
            assertThatThrownBy(() -> new Images(new Engine(client, LocalEngine.ADDRESS), Duration.ofSeconds(5))
                            .pull(registry.image(), auth(registry, "anna", "wrong")))
                    .isInstanceOf(SkepException.class)
                    .hasMessageNotContaining("wrong");

            TaskController task = runtime.controller(
                    TaskBuilder.of(ContainerConfig.of(registry.image()).registryAuth(auth))
                            .on("loginnode"));
            try {
                task.prepare();
                assertThat(task.status().runtimeId()).isNotEmpty();
            } finally {
                task.remove();
            }
            client.removeImageCmd(registry.image()).exec();
        }
    }
}
