package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The example plug-in, on a live node. */
class PluginIT {

    private static final String NAME = "org.example.scratch";
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Path JAR =
            Path.of(System.getProperty("skep.sources"), "examples/plugin/target/org.example.scratch-1.0.0.jar");

    private SkepNode node;

    @BeforeEach
    void start() {
        node = SkepNode.started("plugin");
        node.init();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aPluginComesAndGoesWhileItsTaskRuns() {
        assertThat(node.skep("bundle", "install", "--dry-run", JAR.toString()).expectSuccess())
                .isEqualToIgnoringNewLines("install org.example.scratch 1.0.0: nothing else restarts");
        node.skep("scratch", "tasks", "work").expect(2);

        node.skep("bundle", "install", JAR.toString()).expectSuccess();
        node.skep(
                        "service",
                        "create",
                        "--name",
                        "user",
                        "--mount",
                        "type=volume,source=work,target=/work,volume-driver=scratch",
                        "any",
                        "sleep",
                        "1000")
                .expectSuccess();
        String task = node.skep("service", "ps", "-q", "--no-trunc", "user").expectSuccess();
        assertThat(node.skep("scratch", "tasks", "work").expectSuccess()).contains(task.strip());

        assertThat(node.skep("bundle", "update", NAME, JAR.toString()).expectSuccess())
                .contains("update org.example.scratch from 1.0.0 to 1.0.0")
                .contains("its services are in use by: ")
                .contains("org.skep.agent");
        node.skep("bundle", "stop", NAME).expectSuccess();
        node.skep("scratch", "tasks", "work").expect(2);
        assertThat(node.skep("bundle", "diag", NAME).expectSuccess()).contains("org.example.scratch is stopped");
        node.skep("bundle", "start", NAME).expectSuccess();

        assertThat(node.skep("service", "ps", "-q", "--no-trunc", "user").expectSuccess())
                .as("the task was not touched")
                .isEqualTo(task);
        node.skep("service", "rm", "user").expectSuccess();
        node.skep("bundle", "uninstall", NAME).expectSuccess();
    }

    @Test
    void aPluginIsThereAfterARestart() {
        node.skep("bundle", "install", JAR.toString()).expectSuccess();

        node.stop();
        node.start();
        assertThat(state()).isEqualTo("active installed");

        node.kill();
        node.start();
        assertThat(state()).isEqualTo("active installed");
    }

    @Test
    void theDeployDirectoryDoesTheSame() throws IOException {
        Path deployed = node.stateDir().resolve("deploy/scratch.jar");
        Files.copy(JAR, deployed, StandardCopyOption.REPLACE_EXISTING);
        await("it is installed").atMost(DEADLINE).until(() -> state().equals("active deployed"));

        Files.delete(deployed);
        await("it is gone").atMost(DEADLINE).until(() -> state().isEmpty());

        Files.writeString(deployed, "no jar");
        await("diag says why").atMost(DEADLINE).until(() -> node.skep("bundle", "diag")
                .expectSuccess()
                .contains("deploy/scratch.jar: scratch.jar is not a bundle: it is not a jar file"));
    }

    private String state() {
        return node.skep("bundle", "ls", "--format", "{{.Name}}:{{.State}} {{.Origin}}").lines().stream()
                .filter(line -> line.startsWith(NAME + ":"))
                .map(line -> line.substring(NAME.length() + 1))
                .findFirst()
                .orElse("");
    }
}
