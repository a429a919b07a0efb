package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.itests.Commands.Result;

/** Services whose tasks are containers of the local engine. */
class DockerServicesIT {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private SkepNode node;

    @BeforeEach
    void start() {
        assumeTrue(engineAnswers(), "skipped: no Docker Engine answers");
        node = new SkepNode(Distribution.workDirectory("docker").resolve("state"), "--runtime", "docker");
        node.start();
        node.init();
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void theNodeSaysWhichRuntimeItUses() {
        assertThat(node.skep("info").expectSuccess()).containsIgnoringCase("docker");
        assertThat(node.skep("node", "inspect", "self").expectSuccess()).contains("\"docker\"");
    }

    @Test
    void aServiceRunsInContainersAndAnswers() throws Exception {
        int port = SkepNode.freePort();
        node.skep("service", "create", "--name", "web", "--publish", "mode=host,target=80,published=" + port, "web:v1")
                .expectSuccess();
        await("an answer")
                .atMost(DEADLINE)
                .ignoreExceptions()
                .until(() -> get(port), body -> body.startsWith("web v1"));

        node.skep("service", "update", "--image", "web:v2", "web").expectSuccess();
        await("the new version")
                .atMost(DEADLINE)
                .ignoreExceptions()
                .until(() -> get(port), body -> body.startsWith("web v2"));

        node.skep("service", "rm", "web").expectSuccess();
        await("no container is left").atMost(DEADLINE).until(() -> containers("web")
                .isEmpty());
    }

    @Test
    void containersOutliveTheDaemonHoweverItEnds() {
        node.skep(
                        "service",
                        "create",
                        "--name",
                        "stay",
                        "--replicas",
                        "3",
                        "--stop-signal",
                        "KILL",
                        "busybox",
                        "sleep",
                        "1000")
                .expectSuccess();
        List<String> before = containers("stay");
        assertThat(before).hasSize(3);

        node.stop();
        node.start();
        node.kill();
        node.start();
        node.skep("service", "update", "-d", "--label-add", "seen=yes", "stay").expectSuccess();

        await("the service is whole").atMost(DEADLINE).untilAsserted(() -> assertThat(
                        node.skep("service", "ls", "--format", "{{.Replicas}}")
                                .out()
                                .strip())
                .isEqualTo("3/3"));
        assertThat(containers("stay")).isEqualTo(before);
    }

    @Test
    void aKilledContainerIsReplaced() {
        node.skep(
                        "service",
                        "create",
                        "--name",
                        "phoenix",
                        "--restart-delay",
                        "0s",
                        "--stop-signal",
                        "KILL",
                        "busybox",
                        "sleep",
                        "1000")
                .expectSuccess();
        List<String> before = containers("phoenix");

        Commands.run(List.of("docker", "kill", before.get(0))).expectSuccess();

        await("a new container")
                .atMost(DEADLINE)
                .until(() -> containers("phoenix"), now -> now.size() == 1 && !now.equals(before));
        assertThat(node.skep("service", "ps", "--no-trunc", "phoenix").expectSuccess())
                .contains("non-zero exit (137)");
    }

    @Test
    void anImageThatCannotBePulledEndsTheCommandWithTheReason() {
        Result result = node.skep(
                "service",
                "create",
                "--name",
                "ghost",
                "--restart-max-attempts",
                "1",
                "--restart-delay",
                "0s",
                "nosuch/image:1");

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("nosuch/image:1");
    }

    @Test
    void networksSeparateServices() {
        node.skep("network", "create", "-d", "bridge", "b1").expectSuccess();
        node.skep("network", "create", "-d", "bridge", "b2").expectSuccess();
        for (String pair : List.of("c1 b1", "c2 b1", "c3 b2")) {
            String name = pair.split(" ")[0];
            String network = pair.split(" ")[1];
            node.ssh("service create -d --name %s --network %s --stop-signal KILL alpine sleep 1000"
                            .formatted(name, network))
                    .expectSuccess();
            await(name + " runs").atMost(DEADLINE).until(() -> containers(name).size() == 1);
        }
        String c1 = containers("c1").get(0);

        Commands.run(List.of("docker", "exec", c1, "ping", "-c", "1", "-W", "5", "c2"))
                .expectSuccess();
        assertThat(Commands.run(List.of("docker", "exec", c1, "ping", "-c", "1", "-W", "2", "c3"))
                        .status())
                .isNotZero();
        Result inUse = node.skep("network", "rm", "b1");
        assertThat(inUse.status()).isEqualTo(1);
        assertThat(inUse.err()).contains("c1");
    }

    private static boolean engineAnswers() {
        try {
            return Commands.run(List.of("docker", "version")).status() == 0;
        } catch (IllegalStateException noClient) {
            return false;
        }
    }

    private static List<String> containers(String service) {
        return Commands.run(List.of(
                        "docker",
                        "ps",
                        "-q",
                        "--no-trunc",
                        "--filter",
                        "label=com.docker.swarm.service.name=" + service))
                .lines()
                .stream()
                .sorted()
                .toList();
    }

    private static String get(int port) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
