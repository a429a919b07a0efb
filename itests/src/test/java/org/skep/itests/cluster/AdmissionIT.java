package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.Commands;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/** Who is not let in, and what strangers cannot do. */
class AdmissionIT {

    private static final int MANAGERS = 2377;
    private static final int RAFT = 2378;

    @RegisterExtension
    static final Hosts hosts = Hosts.of(4);

    private static Swarm swarm;
    private static Swarm other;

    private final Host manager = hosts.get(1);
    private final Host worker = hosts.get(2);
    private final Host stranger = hosts.get(3);

    @BeforeAll
    static void found() {
        swarm = Swarm.of(hosts.all().subList(0, 1), hosts.all().subList(1, 2));
        other = Swarm.of(hosts.all().subList(3, 4), List.of());
        hosts.get(3).skepd().start();
    }

    @AfterEach
    void theSwarmIsAsItWas() {
        assertThat(Swarm.table(manager, "node ls", "Hostname")).containsExactly(List.of("host1"), List.of("host2"));
        assertThat(stranger.state().resolve("node.json")).doesNotExist();
        swarm.awaitWhole();
    }

    @AfterAll
    static void dissolve() {
        for (Swarm each : List.of(swarm, other)) {
            if (each != null) {
                each.dissolve();
            }
        }
    }

    private Result refused(Host asked, String line, String named) {
        Result result = asked.skep(line);
        assertThat(result.status()).as(line + ": " + result.out()).isIn(1, 2);
        assertThat(result.err()).as(line).containsIgnoringCase(named);
        assertThat(result.err().lines()).as(line).hasSizeLessThanOrEqualTo(2);
        assertThat(result.err()).doesNotContain("Exception");
        return result;
    }

    private void refusedToJoin(String token, String named) {
        Result result = refused(stranger, "swarm join --token %s %s".formatted(token, manager.address()), named);
        if (token.length() > 25) {
            assertThat(result.err()).as("what is printed").doesNotContain(token.substring(token.length() - 25));
        }
    }

    @Test
    void aTokenThatIsNoneOpensNothing() {
        String token = swarm.token("worker");
        refusedToJoin("SWMTKN", "token");
        refusedToJoin(token.substring(0, token.length() - 3), "token");
        refusedToJoin(token.substring(0, token.length() - 25) + "0".repeat(25), "token");
        refusedToJoin(other.token("worker"), "");
        swarm.skep("swarm join-token --rotate worker");
        refusedToJoin(token, "token");
        assertThat(manager.skepd().log() + stranger.skepd().log())
                .as("the logs")
                .doesNotContain(token.substring(token.length() - 25));
    }

    @Test
    void addressesThatCannotBeAreRefused() {
        for (String address : List.of("0.0.0.0", "10.77.0.99", "no.such.host", "10.77.0.3:99999", "nosuchif0")) {
            refused(stranger, "swarm init --advertise-addr " + address, address.replaceFirst(":.*", ""));
        }
        refused(stranger, "swarm join --token %s 10.77.0.99".formatted(swarm.token("worker")), "10.77.0.99");
        stranger.run("ip", "addr", "add", "10.78.0.3/24", "dev", "eth0").expectSuccess();
        refused(stranger, "swarm init", "10.78.0.3");
        stranger.run("ip", "addr", "del", "10.78.0.3/24", "dev", "eth0").expectSuccess();
    }

    @Test
    void aPortInUseIsNamed() throws IOException, InterruptedException {
        Process holder = new ProcessBuilder(stranger.command(List.of("busybox", "nc", "-l", "-p", "2377"))).start();
        try {
            Swarm.eventually(
                    "the port is taken",
                    () -> stranger.run("sh", "-c", "grep -q :0949 /proc/net/tcp*")
                                    .status()
                            == 0);
            refused(stranger, "swarm init", "2377");
        } finally {
            holder.descendants().forEach(ProcessHandle::destroyForcibly);
            holder.destroyForcibly();
            holder.waitFor();
        }
    }

    @Test
    void aNodeOfASwarmDoesNotJoinAnother() {
        refused(
                worker,
                "swarm join --token %s %s"
                        .formatted(other.token("worker"), hosts.get(4).address()),
                "swarm");
        refused(worker, "swarm init", "swarm");
    }

    /** Status that gRPC answers with, or that of the handshake which failed. */
    private Result call(String method, Path certificate) {
        List<String> curl = new ArrayList<>(List.of("curl", "-sS", "-k", "--http2", "-m", "10", "-D", "-", "-o"));
        curl.addAll(List.of("/dev/null", "-H", "content-type: application/grpc", "-H", "te: trailers"));
        curl.addAll(List.of("--cert", certificate.toString(), "--key", certificate.toString()));
        curl.addAll(List.of("--data-binary", "@" + emptyMessage(), "https://" + manager.address() + ":2377/" + method));
        return hosts.bystander(new byte[0], curl.toArray(String[]::new));
    }

    private Path emptyMessage() {
        try {
            return Files.write(stranger.home().resolve("empty"), new byte[5]);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Result greet(int port, Path certificate) {
        return hosts.bystander(
                "hello\n".getBytes(),
                "timeout",
                "5",
                "openssl",
                "s_client",
                "-quiet",
                "-connect",
                manager.address() + ":" + port,
                "-cert",
                certificate.toString(),
                "-key",
                certificate.toString());
    }

    @Test
    void aWorkersCertificateIsNoManagers() {
        Path certificate = OpenedKey.of(
                worker.state().resolve("keys/node.pem"), stranger.home().resolve("worker.pem"));
        String index = Swarm.state(manager).required("StateDigest").asText();

        Result unlockKey = call("docker.swarmkit.v1.CA/GetUnlockKey", certificate);
        Result control = call("skep.v1.Control/ListNodes", certificate);
        Result health = call("docker.swarmkit.v1.Health/Check", certificate);
        Result raft = greet(RAFT, certificate);

        for (Result result : List.of(unlockKey, control, health)) {
            assertThat(result.out() + result.err()).containsPattern("(?i)grpc-status: (7|12|16)");
        }
        assertThat(raft.out()).isEmpty();
        assertThat(Swarm.state(manager).required("StateDigest").asText()).isEqualTo(index);
    }

    @Test
    void aForeignCertificateIsStoppedAtTheDoor() {
        Path certificate = stranger.home().resolve("foreign.pem");
        Commands.run(List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-subj",
                        "/O=" + Swarm.state(manager).required("ClusterID").asText() + "/OU=swarm-manager/CN="
                                + Swarm.state(manager).required("NodeID").asText(),
                        "-keyout",
                        certificate.toString(),
                        "-out",
                        certificate + ".crt"))
                .expectSuccess();
        Commands.run(List.of("sh", "-c", "cat " + certificate + ".crt >>" + certificate));

        Result call = call("docker.swarmkit.v1.CA/GetUnlockKey", certificate);

        assertThat(call.status()).as(call.out()).isNotZero();
        assertThat(greet(RAFT, certificate).out()).isEmpty();
    }

    @Test
    void garbageAndSilenceDoNoHarm() {
        long before = residentKilobytes();
        int lines = manager.skepd().log().split("\n").length;
        for (int port : List.of(MANAGERS, RAFT)) {
            String to = " >/dev/tcp/" + manager.address() + "/" + port;
            // noise, an HTTP request, and half a handshake each; then many who say nothing
            hosts.bystander(
                    new byte[0],
                    "bash",
                    "-c",
                    "for i in 1 2 3 4 5; do head -c 1000000 /dev/urandom" + to + "; echo 'GET / HTTP/1.1'" + to
                            + "; printf '\\x16\\x03\\x01\\x40\\x00\\x01'" + to + "; done 2>/dev/null;"
                            + " for i in {10..250}; do eval \"exec $i<>/dev/tcp/" + manager.address() + "/" + port
                            + "\" || break; done 2>/dev/null; sleep 5");
        }
        Result listed = manager.skep("node ls");

        assertThat(listed.status()).isZero();
        assertThat(residentKilobytes() - before).as("growth of memory in KiB").isLessThan(100_000);
        assertThat(manager.skepd().log().split("\n").length - lines)
                .as("lines in the log")
                .isLessThan(60);
        assertThat(manager.skepd().log()).doesNotContain("OutOfMemoryError");
    }

    private long residentKilobytes() {
        String status = Commands.run(
                        List.of("grep", "VmRSS", "/proc/" + manager.skepd().pid() + "/status"))
                .expectSuccess();
        return Long.parseLong(status.replaceAll("\\D", ""));
    }

    @Test
    void aSecondDaemonWithACopyOfTheStateIsRefused() throws IOException {
        stranger.skepd().stop();
        Path state = stranger.home().resolve("state");
        Path own = stranger.home().resolve("own");
        Files.move(state, own);
        Commands.run(List.of("cp", "-a", worker.home() + "/state", state.toString()))
                .expectSuccess();
        try {
            stranger.skepd().launch();

            assertThat(stranger.skepd().waitForEnd()).as("its exit status").isNotZero();
            assertThat(stranger.skepd().console()).contains("another daemon runs as node", worker.address());
            assertThat(Swarm.status(manager, worker)).isEqualTo("Ready");
        } finally {
            stranger.skepd().kill();
            Commands.run(List.of("rm", "-rf", state.toString()));
            Files.move(own, state);
            stranger.skepd().start();
        }
    }
}
