package org.skep.volume.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver against a real kernel and a real server, in a guest of its own: see {@code src/test/guest/run}. */
class RealMountIT {

    private static final int SKIPPED = 77;
    private static final long LIMIT_SECONDS = 300;

    @TempDir
    Path scratch;

    @Test
    void mountsUsesAndUnmounts() throws Exception {
        Path export = Files.createDirectories(scratch.resolve("export"));
        Files.writeString(export.resolve("from-server"), "hello guest");
        Path output = scratch.resolve("output");
        Process guest = new ProcessBuilder(
                        "src/test/guest/run",
                        scratch.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Guest.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(guest.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("the guest ends")
                    .isTrue();
        } finally {
            guest.destroy();
            guest.waitFor(10, TimeUnit.SECONDS);
        }
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assumeTrue(guest.exitValue() != SKIPPED, said.strip());
        assertThat(guest.exitValue()).as(said).isZero();
        assertThat(said).contains("the guest is content");
        assertThat(export.resolve("from-guest")).hasContent("hello server");
    }
}
