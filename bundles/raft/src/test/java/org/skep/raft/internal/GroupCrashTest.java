package org.skep.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.node.ManagerStart;
import org.skep.api.testing.TestAuthority;
import org.skep.protocol.Config;

/** Kills the leader of three in the midst of its writes, again and again: {@code -Dskep.crash.rounds=N} says how often. */
class GroupCrashTest {

    private static final int ROUNDS = Integer.getInteger("skep.crash.rounds", 3);
    private static final List<String> NODES = List.of("a", "b", "c");

    @TempDir
    Path directory;

    private final Map<String, Process> processes = new HashMap<>();
    /** In the order in which they were acknowledged. */
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    /** Those that were added to the founder. */
    private final Set<String> members = ConcurrentHashMap.newKeySet();

    @AfterEach
    void end() throws Exception {
        for (Process process : processes.values()) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void losesNoAcknowledgedWriteAndDoesNoneTwice() throws Exception {
        TestSwarm swarm = new TestSwarm(directory, TestAuthority.of(directory.resolve("authority")));
        for (String node : NODES) {
            swarm.addresses(node);
        }
        NODES.forEach(node -> run(swarm, node));
        await("three managers", () -> members.size() == NODES.size() - 1);
        List<String> all = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            await("writes in round " + round, () -> acknowledged.size() >= 30);
            String leader =
                    acknowledged.stream().reduce((first, second) -> second).orElseThrow();
            leader = leader.substring(0, 1);
            processes.get(leader).destroyForcibly().waitFor();
            all.addAll(acknowledged);
            acknowledged.clear();
            String killed = leader;
            await("writes without " + killed, () -> acknowledged.stream().anyMatch(id -> !id.startsWith(killed)));
            run(swarm, killed);
        }
        end();
        all.addAll(acknowledged);
        check(swarm, all);
    }

    /** All have the same, and every write that was acknowledged is there. */
    private void check(TestSwarm swarm, List<String> all) throws Exception {
        List<Manager> managers = new ArrayList<>();
        try {
            NODES.forEach(node -> managers.add(swarm.start(node, ManagerStart.JOIN)));
            await("a leader", () -> managers.stream().anyMatch(Manager::leads));
            managers.stream().filter(Manager::leads).findFirst().orElseThrow().write("last");
            await("all to have it all", () -> managers.stream()
                    .allMatch(manager -> manager.read("last").isPresent()));
            Collection<Config> expected = managers.get(0).store.view().configs().all();
            for (Manager manager : managers) {
                assertThat(manager.store.view().configs().all()).containsExactlyElementsOf(expected);
            }
            assertThat(all).doesNotHaveDuplicates();
            assertThat(expected.stream().map(Config::getId).collect(Collectors.toSet()))
                    .containsAll(all);
            System.out.printf("%d kills, %d acknowledged writes, all there%n", ROUNDS, all.size());
        } finally {
            managers.forEach(Manager::close);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(10))
                .until(condition::getAsBoolean);
    }

    private void run(TestSwarm swarm, String node) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HostMain.class.getName(),
                node,
                directory.toString()));
        NODES.forEach(each -> command.add(each + "=" + swarm.addresses(each).listen()));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            processes.put(node, process);
            new Thread(() -> read(process)).start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void read(Process process) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                if (words.length == 4 && words[1].equals("W")) {
                    acknowledged.add(words[2]);
                } else if (words[1].equals("A") && line.endsWith(" null")) {
                    members.add(words[2]);
                }
            }
        } catch (IOException ended) {
            process.destroyForcibly();
        }
    }
}
