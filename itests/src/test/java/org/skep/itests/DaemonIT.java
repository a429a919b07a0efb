package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.itests.Commands.Result;

/** The daemon as a service manager and an operator see it: how it starts, refuses to start, and stops. */
class DaemonIT {

    private final SkepNode node =
            new SkepNode(Distribution.workDirectory("daemon").resolve("state"), "--runtime", "process");

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void saysItsVersion() {
        Result result = Commands.run(List.of(Distribution.unpack().skepd(), "--version"));

        assertThat(result.expectSuccess()).startsWith("skepd ");
    }

    @Test
    void helpNamesEveryFlag() {
        Result result = Commands.run(List.of(Distribution.unpack().skepd(), "--help"));

        assertThat(result.expectSuccess())
                .contains(
                        "--state-dir",
                        "--hostname",
                        "--ssh-addr",
                        "--runtime",
                        "--docker-host",
                        "--label",
                        "--log-level",
                        "--help",
                        "--version");
    }

    @ParameterizedTest
    @CsvSource({
        "--no-such-flag, --no-such-flag",
        "--runtime=podman, podman",
        "--ssh-addr=nowhere, nowhere",
        "--ssh-addr=127.0.0.1:99999, 99999",
        "--label=novalue, novalue",
        "--log-level=loud, loud",
        "--docker-host=gopher://x, gopher",
        "--hostname=a b, a b"
    })
    void aBadFlagIsOneLineThatNamesIt(String flag, String named) {
        Result result = Commands.run(List.of(Distribution.unpack().skepd(), flag));

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err().lines()).hasSize(1).first().asString().contains(named);
    }

    @Test
    void aSecondDaemonSaysWhoHoldsTheStateDirectory() {
        node.start();

        Result second = node.skepd();

        assertThat(second.status()).isNotZero();
        assertThat(second.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .contains(node.stateDir().toString())
                .contains(Long.toString(node.pid()));
        assertThat(node.running()).isTrue();
    }

    @Test
    void aPortInUseIsOneLineThatNamesIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Result result = Commands.run(List.of(
                    Distribution.unpack().skepd(),
                    "--state-dir",
                    node.stateDir().toString(),
                    "--ssh-addr",
                    "127.0.0.1:" + taken.getLocalPort()));

            assertThat(result.status()).isNotZero();
            assertThat(result.err()).contains("127.0.0.1:" + taken.getLocalPort());
            assertThat(result.err()).doesNotContain("Exception");
        }
    }

    @Test
    void aStateDirectoryWithoutPermissionIsOneLineThatNamesIt() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: needs root to become another user");
        Path foreign = Files.createTempDirectory("skep-foreign").resolve("state");

        Result result = Commands.run(List.of(
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                Distribution.unpack().skepd(),
                "--state-dir",
                foreign.toString()));

        assertThat(result.status()).isNotZero();
        assertThat(result.err().lines()).hasSize(1).first().asString().contains(foreign.toString());
    }

    @Test
    void sigtermStopsWithinTenSecondsAndLosesNothing() {
        node.start();
        node.init();
        node.skep("volume", "create", "kept").expectSuccess();

        node.stop();
        assertThat(node.waitForEnd(Duration.ofSeconds(10))).isIn(0, 143);
        node.start();

        assertThat(node.skep("volume", "ls", "-q").expectSuccess()).contains("kept");
    }

    @Test
    void keyFilesAreForTheOwnerAlone() throws IOException {
        node.start();

        for (String key : List.of("ssh/host_key", "ssh/client_key")) {
            assertThat(Files.getPosixFilePermissions(node.stateDir().resolve(key)))
                    .as(key)
                    .extracting(Enum::name)
                    .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
        }
    }

    @Test
    void aClientWithoutADaemonSaysHowToStartOne() {
        Result result = Commands.run(
                List.of(
                        Distribution.unpack().skep(),
                        "--state-dir",
                        node.stateDir().toString(),
                        "node",
                        "ls"),
                new byte[0],
                Map.of());

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .contains(node.stateDir().toString(), "skepd");
    }
}
