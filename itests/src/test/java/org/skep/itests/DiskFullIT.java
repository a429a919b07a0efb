package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.itests.Commands.Result;

/** On a full disk writes are refused, reads go on, and nothing is lost. */
class DiskFullIT {

    private final Path disk = Distribution.workDirectory("disk");
    private SkepNode node;

    @BeforeEach
    void mount() {
        assumeTrue("root".equals(System.getProperty("user.name")), "skipped: needs root to mount a small tmpfs");
        Commands.run(List.of("mount", "-t", "tmpfs", "-o", "size=96m", "skep-disk", disk.toString()))
                .expectSuccess();
        node = new SkepNode(disk.resolve("state"), "--runtime", "process");
    }

    @AfterEach
    void unmount() {
        if (node != null) {
            node.close();
            Commands.run(List.of("umount", "-l", disk.toString()));
        }
    }

    @Test
    void writesAreRefusedAndNothingIsLost() throws IOException {
        node.start();
        node.init();
        node.skep("volume", "create", "before").expectSuccess();
        Path ballast = fill();

        Result refused = null;
        for (int i = 0; i < 200 && (refused == null || refused.status() == 0); i++) {
            refused = node.skepWithInput("x".repeat(100_000), "config", "create", "big" + i, "-");
        }
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err().lines()).hasSize(1).first().asString().containsIgnoringCase("disk");
        assertThat(node.skep("volume", "ls", "-q").expectSuccess()).contains("before");

        Files.delete(ballast);
        await("writes go on once there is room")
                .atMost(Duration.ofSeconds(30))
                .until(() -> node.skep("volume", "create", "after").status() == 0);
        node.kill();
        node.start();
        assertThat(node.skep("volume", "ls", "-q").expectSuccess()).contains("before", "after");
    }

    private Path fill() throws IOException {
        Path ballast = disk.resolve("ballast");
        byte[] block = new byte[64 * 1024];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            return ballast;
        }
    }
}
