package org.skep.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a manager in the midst of its writes, again and again: {@code -Dskep.crash.rounds=N} says how often. */
class CrashTest {

    private static final int ROUNDS = Integer.getInteger("skep.crash.rounds", 5);
    private static final int WRITERS = 4;
    private static final int SNAPSHOT_ENTRIES = 300;
    /** Short, so that many a kill hits MapDB in the midst of a commit. */
    private static final Duration WRITE_DELAY = Duration.ofMillis(1);

    @TempDir
    Path state;

    @Test
    void losesNoConfirmedWrite() throws Exception {
        Random random = new Random();
        Set<String> confirmed = new HashSet<>();
        int rebuilt = 0;
        for (int round = 0; round < ROUNDS; round++) {
            confirmed.addAll(killedAfter(round, random.nextInt(600)));
            try (Manager manager = new Manager(state, SNAPSHOT_ENTRIES, WRITE_DELAY).awaitLead()) {
                assertThat(confirmed).isNotEmpty();
                for (String id : confirmed) {
                    assertThat(manager.read(id)).as("%s in round %d", id, round).isPresent();
                }
                manager.write("between-" + round);
                confirmed.add("between-" + round);
            }
            if (Files.deleteIfExists(state.resolve("store.db.damaged"))) {
                rebuilt++;
            }
        }
        System.out.printf(
                "%d kills, %d confirmed writes, all there; store.db was rebuilt %d times%n",
                ROUNDS, confirmed.size(), rebuilt);
    }

    /** What a manager confirmed until it was killed. */
    private Set<String> killedAfter(int round, int millis) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashTest.class.getName(),
                        state.toString(),
                        "r" + round)
                .redirectErrorStream(true)
                .start();
        Set<String> confirmed = new HashSet<>();
        List<String> other = new ArrayList<>();
        CountDownLatch writing = new CountDownLatch(1);
        Thread reader = new Thread(() -> {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("+") && line.endsWith(".")) {
                        confirmed.add(line.substring(1, line.length() - 1));
                        writing.countDown();
                    } else {
                        other.add(line);
                    }
                }
            } catch (IOException ended) {
                other.add(ended.toString());
            }
        });
        reader.start();
        boolean started = writing.await(30, TimeUnit.SECONDS);
        child.waitFor(millis, TimeUnit.MILLISECONDS);
        boolean alive = child.isAlive();
        child.destroyForcibly().waitFor();
        reader.join();
        assertThat(started && alive).as("the child said: %s", other).isTrue();
        return confirmed;
    }

    /** The manager to be killed. */
    public static void main(String[] args) throws Exception {
        Manager manager = new Manager(Path.of(args[0]), SNAPSHOT_ENTRIES, WRITE_DELAY).awaitLead();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (int writer = 0; writer < WRITERS; writer++) {
            String prefix = args[1] + "-" + writer + "-";
            new Thread(() -> {
                        try {
                            for (int i = 0; true; i++) {
                                manager.write(prefix + i, i % 50 * 20);
                                out.println("+" + prefix + i + ".");
                            }
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .start();
        }
    }
}
