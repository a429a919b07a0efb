package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code kill -9} in the middle of writes loses no acknowledged write, and never leaves a state that cannot start. */
class CrashIT {

    private static final int ROUNDS = Integer.getInteger("skep.crash.rounds", 15);
    private static final int WRITES = 500;

    private final SkepNode node =
            new SkepNode(Distribution.workDirectory("crash").resolve("state"), "--runtime", "process");

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void noAcknowledgedWriteIsLost() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<String> acknowledged = new TreeSet<>();
        node.start();
        node.init();
        for (int round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(writeUntilKilled(round, 1 + random.nextInt(WRITES / 2)));
            node.start();
            assertThat(node.skep("volume", "ls", "-q").expectSuccess().lines())
                    .as("round %d, seed %d", round, seed)
                    .containsAll(acknowledged);
        }
        System.out.printf("kill -9 in %d rounds: %d acknowledged writes, none lost%n", ROUNDS, acknowledged.size());
    }

    /** Creates volumes in a batch and pulls the plug when so many are acknowledged. */
    private Set<String> writeUntilKilled(int round, int after) throws IOException {
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < WRITES; i++) {
            batch.append("volume create r%02d-%04d%n".formatted(round, i));
        }
        Process writer = new ProcessBuilder(
                        Distribution.unpack().skep(),
                        "--state-dir",
                        node.stateDir().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutputStream in = writer.getOutputStream()) {
            in.write(batch.toString().getBytes(StandardCharsets.UTF_8));
        }
        Set<String> acknowledged = new TreeSet<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged.add(line);
                if (acknowledged.size() == after) {
                    node.kill();
                }
            }
        }
        if (node.running()) {
            node.kill();
        }
        assertThat(acknowledged).as("acknowledged writes of round %d", round).hasSizeGreaterThanOrEqualTo(1);
        return acknowledged;
    }
}
