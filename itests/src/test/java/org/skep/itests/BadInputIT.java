package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.skep.itests.Commands.Result;

/** Bad input gets one clear line that names the offending value, on stderr, and changes nothing. */
class BadInputIT {

    private static SkepNode node;

    @BeforeAll
    static void start() {
        node = SkepNode.started("bad");
        beforeInit();
        node.init();
        node.skep("service", "create", "-d", "--name", "taken", "any", "sleep", "1000")
                .expectSuccess();
        node.skep("network", "create", "-d", "host", "hostlike");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** Runs first, on a node that is in no swarm yet. */
    private static void beforeInit() {
        List.of(
                        "node ls",
                        "node promote self",
                        "node drain self --wait",
                        "service ls",
                        "service create --name x any true",
                        "network ls",
                        "events",
                        "swarm ca",
                        "swarm ca --rotate",
                        "swarm join-token worker",
                        "swarm unlock-key",
                        "swarm update --autolock")
                .forEach(line -> refused(line, "swarm init"));
        refused("swarm leave", "not part of a swarm");
        refused("swarm unlock", "not part of a swarm");
        refused("swarm init --force-new-cluster", "not part of a swarm");
        refused("swarm init --cert-expiry 1m", "certificate expiry");
        refused("swarm init --dispatcher-heartbeat 1ms", "heartbeat");
        refused("swarm init --advertise-addr 0.0.0.0", "0.0.0.0");
        refused("swarm init --advertise-addr 203.0.113.9", "203.0.113.9");
        refused("swarm init --listen-addr nosuch0", "nosuch0");
        refused("swarm join --token SWMTKN-1-x-y 127.0.0.1:1", "join token");
    }

    private static void refused(String line, String named) {
        Result result = node.ssh(line);
        assertThat(result.status()).as(line).isEqualTo(1);
        assertThat(result.err().lines()).as(line).hasSize(1).first().asString().contains(named);
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "bad-input.csv", delimiter = '|', numLinesToSkip = 1)
    void isOneLineThatNamesTheValue(String line, int status, String named) {
        String before =
                node.ssh("service ls --format json; volume ls --format json").out();

        Result result = node.ssh(line);

        assertThat(result.status()).as(result.err()).isEqualTo(status);
        assertThat(result.err().lines())
                .as(result.err())
                .isNotEmpty()
                .first()
                .asString()
                .containsIgnoringCase(named);
        assertThat(result.err()).doesNotContain("Exception", "\tat ");
        assertThat(node.ssh("service ls --format json; volume ls --format json").out())
                .isEqualTo(before);
    }

    @Test
    void theDaemonsLogHasNoComplaintThatNobodyExpects() throws Exception {
        assertThat(Files.readString(node.stateDir().resolve("log/skepd.log"))).doesNotContain("NullPointerException");
    }
}
