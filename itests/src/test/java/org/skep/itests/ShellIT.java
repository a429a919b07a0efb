package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.itests.Commands.Result;

/** The same lines at the prompt, over OpenSSH's client, through {@code skep}, and in batches. */
class ShellIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private static SkepNode node;

    @BeforeAll
    static void start() {
        node = SkepNode.started("shell");
        node.init();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aLineOverSshHasOutputErrorsAndStatusOfItsOwn() {
        Result good = node.ssh("node", "ls");
        assertThat(good.expectSuccess()).contains("HOSTNAME", "Leader");
        assertThat(good.err()).isEmpty();

        Result failed = node.ssh("service", "inspect", "nosuch");
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.out().strip()).isIn("", "[]");
        assertThat(failed.err().lines()).hasSize(1).first().asString().contains("nosuch");

        Result wrong = node.ssh("service", "ls", "--no-such-flag");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("--no-such-flag");
    }

    @Test
    void standardInputReachesCommandsThatReadIt() {
        Path key = node.stateDir().resolve("ssh/client_key");

        node.sshAs("local", key, "listen 8080\n", "config", "create", "app.conf", "-")
                .expectSuccess();
        node.skepWithInput("x=1\n", "config", "create", "other.conf", "-").expectSuccess();

        assertThat(node.skep("config", "ls", "--format", "{{.Name}}").lines()).contains("app.conf", "other.conf");
    }

    @ParameterizedTest
    @CsvSource({
        "docker node ls -q, 1",
        "swarmctl node ls -q, 1",
        "node ls -q | wc -l, 1",
        "node ls | head -1, 1",
        "echo b; echo a, 2",
        "echo a && echo b, 2"
    })
    void linesHaveTheShapesPeopleKnow(String line, int lines) {
        assertThat(node.ssh(line).expect(0).lines()).hasSize(lines);
    }

    @Test
    void aFailureStopsAChain() {
        Result chain = node.ssh("service inspect nosuch && echo never");

        assertThat(chain.status()).isEqualTo(1);
        assertThat(chain.out()).doesNotContain("never");
    }

    @ParameterizedTest
    @CsvSource({"nod ls, node", "service lss, ls", "srvice ls, service", "service create --replica 2 x y, --replicas"})
    void unknownWordsSuggestTheNearest(String line, String suggestion) {
        Result result = node.ssh(line);

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains(suggestion);
    }

    @Test
    void aBatchStopsAtTheFirstFailingLineAndNamesIt() {
        String batch =
                "# two good lines\nvolume create b1\n\nvolume create b2\nservice inspect nosuch\nvolume create b3\n";

        Result stopped = node.skepWithInput(batch);
        assertThat(stopped.status()).isEqualTo(1);
        assertThat(stopped.err()).contains("5");
        assertThat(volumes()).contains("b1", "b2").doesNotContain("b3");

        Result kept = node.skepWithInput(batch, "--keep-going");
        assertThat(kept.status()).isEqualTo(1);
        assertThat(volumes()).contains("b3");
    }

    @Test
    void aBatchFileEchoesItsLinesWhenAsked() throws IOException {
        Path file = Files.writeString(Files.createTempFile("skep", ".batch"), "volume create echoed\n");

        String out = node.skep("-e", "-f", file.toString()).expectSuccess();

        assertThat(out).contains("volume create echoed");
    }

    @Test
    void thePromptAnswersOverSsh() throws Exception {
        String screen = atThePrompt("node ls --format '{{.Status}}'\nexit\n");

        assertThat(screen).contains("swarm>").contains("Ready");
    }

    @Test
    void aViewerSeesAndChangesNothing() throws Exception {
        Path key = newKey();
        node.skepWithInput(
                        Files.readString(Path.of(key + ".pub")),
                        "user",
                        "add",
                        "vera",
                        "--role",
                        "viewer",
                        "--key",
                        "-")
                .expectSuccess();

        node.sshAs("vera", key, "", "node", "ls").expectSuccess();
        Result refused = node.sshAs("vera", key, "", "volume", "create", "hers");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("operator");
        assertThat(volumes()).doesNotContain("hers");

        node.skep("user", "rm", "vera").expectSuccess();
        assertThat(node.sshAs("vera", key, "", "node", "ls").status()).isEqualTo(255);
    }

    @Test
    void strangersStayOutside() throws Exception {
        assertThat(node.sshAs("root", newKey(), "", "node", "ls").status()).isEqualTo(255);

        List<String> password = node.sshCommand("local", newKey(), "-o", "PreferredAuthentications=password");
        password.add("version");
        assertThat(Commands.run(password).err()).contains("Permission denied (publickey)");
    }

    @Test
    void nothingIsForwarded() throws Exception {
        int port = SkepNode.freePort();
        List<String> forward = node.sshCommand(
                "local",
                node.stateDir().resolve("ssh/client_key"),
                "-o",
                "ExitOnForwardFailure=yes",
                "-N",
                "-R",
                port + ":127.0.0.1:22");

        assertThat(Commands.run(forward).status()).isEqualTo(255);
    }

    @Test
    void everyCommandLeavesAnAuditLine() throws Exception {
        node.ssh("volume", "create", "audited").expectSuccess();

        await("the audit line").atMost(DEADLINE).untilAsserted(() -> assertThat(
                        Files.readAllLines(node.stateDir().resolve("log/audit.log")))
                .anySatisfy(line -> assertThat(line).contains("local", "127.0.0.1", "volume create audited")));
    }

    @Test
    void interruptingTheClientLeavesTheWorkRunningAndSaysSo() throws Exception {
        Path err = Files.createTempFile("skep", ".err");
        // whoever runs tests in the background ignores the signal, and a client would inherit that
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(node.skepCommand("service", "create", "--name", "late"));
        command.addAll(List.of("--constraint", "node.labels.none==such", "x", "sleep", "9"));
        Process create = new ProcessBuilder(command).redirectError(err.toFile()).start();
        await("progress").atMost(DEADLINE).until(() -> Files.readString(err).contains("pending"));

        Commands.run(List.of("kill", "-INT", Long.toString(create.pid()))).expectSuccess();

        assertThat(create.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(create.exitValue()).isEqualTo(1);
        assertThat(Files.readString(err))
                .endsWith("Operation continuing in background.\nUse `service ps late` to check progress.\n");
        node.skep("service", "rm", "late").expectSuccess();
    }

    @Test
    void theClientEndsWhenNobodyReadsItAnyMore() {
        node.skep("service", "create", "--name", "ticking", "x", "sh", "-c", "while :; do echo tick; sleep 0.1; done")
                .expectSuccess();
        String follow = String.join(" ", node.skepCommand("service", "logs", "-f", "ticking")) + " | head -n 1";

        assertThat(Commands.run(List.of("sh", "-c", follow)).expectSuccess()).contains("tick");

        node.skep("service", "rm", "ticking").expectSuccess();
    }

    @Test
    void theMenuOfCompletionsLeavesTheLineAlone() throws Exception {
        // the second Tab opens the menu on its first word, and the first Return takes it
        String screen = atThePrompt("node inspect self --\t\t\n '{{.Description.Hostname}}=found'\nexit\n");

        assertThat(screen).contains("=found\r\n");
    }

    @Test
    void nothingIsDoneForAnEmptyLine() {
        assertThat(node.skep("").expect(0).out()).isEmpty();
        assertThat(node.ssh("node ls --format {{.Status}}\\t{{.Self}}")
                        .expect(0)
                        .out())
                .isEqualTo("Ready\ttrue\n");
    }

    @Test
    void aMegabyteOfLineIsRefused() {
        Result result = node.skepWithInput("echo " + "x".repeat(1 << 20) + "\n");

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err().lines()).hasSizeLessThanOrEqualTo(2);
        node.skep("version").expectSuccess();
    }

    @Test
    void binaryInputIsRefused() {
        byte[] noise = new byte[4096];
        new Random(7).nextBytes(noise);

        Result result = node.skepWithInput(noise);

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err().lines()).hasSizeLessThanOrEqualTo(2);
    }

    private List<String> volumes() {
        return node.skep("volume", "ls", "-q").lines();
    }

    private static Path newKey() throws IOException {
        Path key = Files.createTempDirectory("skep-key").resolve("id");
        Commands.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()))
                .expectSuccess();
        return key;
    }

    private static String atThePrompt(String keys) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(node.sshCommand("local", node.stateDir().resolve("ssh/client_key"), "-tt"));
        Path screen = Files.createTempFile("skep", ".screen");
        Process ssh = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(screen.toFile())
                .start();
        try (OutputStream in = ssh.getOutputStream()) {
            await("a prompt").atMost(DEADLINE).until(() -> Files.readString(screen)
                    .contains("swarm>"));
            in.write(keys.replace('\n', '\r').getBytes(StandardCharsets.UTF_8));
            in.flush();
            if (!ssh.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                ssh.destroyForcibly();
                throw new AssertionError("the session does not end:\n" + Files.readString(screen));
            }
        }
        return Files.readString(screen);
    }
}
