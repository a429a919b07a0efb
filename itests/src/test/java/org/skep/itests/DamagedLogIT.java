package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.skep.itests.Commands.Result;

/** A disk that lies: the log is never altered behind the operator's back. */
class DamagedLogIT {

    @Test
    void aDamagedLogStopsTheDaemonUntilItIsRepaired() throws IOException {
        try (SkepNode node = SkepNode.started("damaged")) {
            node.init();
            node.skep("volume", "create", "first").expectSuccess();
            Path raft = node.stateDir().resolve("raft");
            long sound = Files.size(log(raft));
            node.skepWithInput("x".repeat(50_000), "config", "create", "big", "-")
                    .expectSuccess();
            node.stop();
            byte[] damaged = flip(log(raft), (int) sound + 25_000);

            node.launch();
            assertThat(node.waitForEnd(Duration.ofSeconds(30))).isEqualTo(1);
            // The shell may have come up first.
            assertThat(node.console().lines())
                    .filteredOn(line -> !line.contains(" ready: "))
                    .singleElement()
                    .asString()
                    .contains(log(raft).toString(), "skepd repair-log --state-dir " + node.stateDir());
            assertThat(log(raft)).hasBinaryContent(damaged);

            Result shown = node.skepd("repair-log");
            assertThat(shown.status()).isEqualTo(1);
            assertThat(shown.out()).contains("is damaged", "nothing was changed");
            assertThat(log(raft)).hasBinaryContent(damaged);

            assertThat(node.skepd("repair-log", "--apply").expectSuccess()).contains("is sound now");
            node.start();
            assertThat(node.skep("volume", "ls", "-q").expectSuccess().lines()).containsExactly("first");
        }
    }

    private static Path log(Path raft) throws IOException {
        try (Stream<Path> files = Files.list(raft)) {
            List<Path> logs =
                    files.filter(file -> file.toString().endsWith(".log")).toList();
            assertThat(logs).hasSize(1);
            return logs.get(0);
        }
    }

    private static byte[] flip(Path file, int at) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[at] ^= 1;
        Files.write(file, content);
        return content;
    }
}
