package org.skep.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.LogOptions;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskExit;
import org.skep.api.testing.RecordingSink;

/** A task that prints 100 MB. */
class LoudTaskTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long FILE = 1 << 20;
    private static final int FILES = 3;

    @TempDir
    Path stateDir;

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void keepsItsNewestLinesInBoundedRoom() throws Exception {
        ProcessRuntimeDriver driver = new ProcessRuntimeDriver(
                "0.1.0", stateDir.resolve("tasks"), stateDir.resolve("cgroup"), new TaskSpec.LogSize(FILE, FILES));
        TaskController task = driver.controller(new TaskDescription(
                "loud",
                "web.1.loud",
                "service",
                "web",
                "node",
                ContainerConfig.of("none")
                        .command(List.of(
                                "sh",
                                "-c",
                                "head -c 100000000 /dev/zero | tr '\\0' 'x' | fold -w 999; echo; echo the end"))
                        .build(),
                ResourceLimits.NONE,
                List.of(),
                List.of(),
                Map.of()));
        task.prepare();
        task.start();
        assertThat(task.exited().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(new TaskExit(0, ""));

        // A file may grow by what is read at once before the next one begins.
        assertThat(size(stateDir.resolve("tasks/loud"))).isLessThan((FILES + 1) * FILE);
        RecordingSink sink = new RecordingSink();
        task.logs(new LogOptions(false, 1, Instant.MIN, true, true), sink);
        sink.awaitEnd(LIMIT);
        assertThat(sink.texts()).containsExactly("the end");
        task.remove();
        driver.close();
    }
}
