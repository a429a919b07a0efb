package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.itests.Commands.Result;

/** Services whose tasks are processes of this host: no engine, no root. */
class ProcessServicesIT {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private SkepNode node;

    @BeforeEach
    void start() {
        node = SkepNode.started("process");
        node.init();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aServiceLivesItsWholeLife() {
        node.skep("service", "create", "--name", "web", "--replicas", "3", "any", "sleep", "1000")
                .expectSuccess();
        assertThat(replicas("web")).isEqualTo("3/3");

        node.skep("service", "scale", "web=5").expectSuccess();
        assertThat(replicas("web")).isEqualTo("5/5");

        node.skep("service", "update", "--env-add", "COLOUR=blue", "--replicas", "2", "web")
                .expectSuccess();
        assertThat(replicas("web")).isEqualTo("2/2");
        assertThat(node.skep("service", "inspect", "--format", "{{json .Spec.TaskTemplate.ContainerSpec.Env}}", "web")
                        .expectSuccess())
                .contains("COLOUR=blue");

        node.skep("service", "rollback", "web").expectSuccess();
        assertThat(node.skep("service", "inspect", "web").expectSuccess()).contains("\"Replicas\": 5");

        node.skep("service", "rm", "web").expectSuccess();
        await("processes of web are gone").atMost(DEADLINE).until(() -> node.tasksOnDisk()
                .isEmpty());
    }

    @Test
    void tasksOutliveTheDaemonHoweverItEnds() {
        node.skep("service", "create", "--name", "web", "--replicas", "2", "any", "sleep", "1000")
                .expectSuccess();
        List<String> before = running("web");

        node.stop();
        node.start();
        assertThat(running("web")).as("after SIGTERM").isEqualTo(before);

        node.kill();
        node.start();
        assertThat(running("web")).as("after kill -9").isEqualTo(before);
    }

    @Test
    void aTaskThatEndsIsReplacedAndKeptInHistory() {
        node.skep("service", "create", "-d", "--name", "brief", "--restart-delay", "0s", "any", "sh", "-c", "exit 3")
                .expectSuccess();

        await("six attempts")
                .atMost(DEADLINE)
                .until(() -> node.skep("service", "ps", "-q", "brief").lines().size() >= 5);
        String ps = node.skep("service", "ps", "--no-trunc", "brief").expectSuccess();

        assertThat(ps).contains("Failed").contains("non-zero exit (3)");
    }

    @Test
    void commandsRunInsideTasks() throws IOException {
        node.skep("service", "create", "--name", "web", "--env", "COLOUR=blue", "any", "sleep", "1000")
                .expectSuccess();

        Result said =
                node.skep("task", "exec", "-e", "A=b", "web.1", "sh", "-c", "echo $COLOUR $A; echo oh >&2; exit 7");
        assertThat(said.expect(7).out()).isEqualTo("blue b\n");
        assertThat(said.err()).isEqualTo("oh\n");
        byte[] much = "x".repeat(5_000_000).getBytes(StandardCharsets.UTF_8);
        assertThat(node.skepWithInput(much, "task", "exec", "-i", "web.1", "cat")
                        .expectSuccess())
                .hasSize(much.length);
        node.skep("task", "exec", "web.1", "no-such-program").expect(127);
        assertThat(node.skep("task", "exec", "-it", "web.1", "sh").expect(1).err())
                .contains("the input device is not a TTY");

        assertThat(node.skep("service", "top", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", "web")
                        .expectSuccess())
                .isEqualTo("web.1 1\n");
        assertThat(node.skep("events", "--since", "10m", "--until", "0s", "--filter", "event=exec_end")
                        .expectSuccess())
                .contains("exitCode=7", "user=local");
        assertThat(Files.readString(node.stateDir().resolve("log/audit.log")))
                .contains("\"event\":\"exec-start\"", "\"result\":7");
    }

    @Test
    void logsComeFromEveryTask() {
        node.skep(
                        "service",
                        "create",
                        "-d",
                        "--name",
                        "talk",
                        "--replicas",
                        "2",
                        "any",
                        "sh",
                        "-c",
                        "echo hello; sleep 1000")
                .expectSuccess();

        await("both tasks' lines").atMost(DEADLINE).untilAsserted(() -> assertThat(
                        node.skep("service", "logs", "talk").expectSuccess().lines())
                .filteredOn(line -> line.endsWith("hello"))
                .hasSize(2));
    }

    @Test
    void publishedPortsReachTheTask() throws Exception {
        int port = SkepNode.freePort();
        node.skep(
                        "service",
                        "create",
                        "-d",
                        "--name",
                        "hello",
                        "--publish",
                        "mode=host,target=8080,published=" + port,
                        "any",
                        "java",
                        Distribution.sources()
                                .resolve("examples/hello/Hello.java")
                                .toString())
                .expectSuccess();

        await("an answer on port " + port)
                .atMost(DEADLINE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> get(port), status -> status == 200);
    }

    @Test
    void whatAProcessCannotHonourIsRefused() {
        Result noCommand = node.skep("service", "create", "--name", "bare", "nginx");
        assertThat(noCommand.status()).isEqualTo(1);
        assertThat(noCommand.err()).contains("nginx");

        Result capability = node.skep("service", "create", "--name", "caps", "--cap-add", "NET_ADMIN", "any", "true");
        assertThat(capability.status()).isEqualTo(1);
        assertThat(capability.err()).contains("cap-add");
    }

    private static int get(int port) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private String replicas(String service) {
        return node.skep("service", "ls", "--filter", "name=" + service, "--format", "{{.Replicas}}")
                .expectSuccess()
                .strip();
    }

    private List<String> running(String service) {
        return await("all tasks of " + service + " run")
                .atMost(DEADLINE)
                .until(
                        () -> node.skep(
                                        "service",
                                        "ps",
                                        "--no-trunc",
                                        "--filter",
                                        "desired-state=running",
                                        "--format",
                                        "{{.ID}} {{.CurrentState}}",
                                        service)
                                .expectSuccess()
                                .lines()
                                .map(line -> line.split(" ")[0] + " " + line.split(" ")[1])
                                .sorted()
                                .toList(),
                        tasks -> tasks.stream().allMatch(task -> task.endsWith("Running")));
    }
}
