package org.skep.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.node.ManagerStart;

/** What becomes of the log when a manager goes on alone. */
class ForcedGroupTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final List<Manager> running = new ArrayList<>();

    @AfterEach
    void close() {
        running.forEach(Manager::close);
    }

    private static void add(Manager leader, String nodeId) throws Exception {
        leader.consensus().add(nodeId, PATIENCE).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void whoJoinsLaterHearsNothingOfTheFormerGroup() throws Exception {
        TestSwarm swarm = new TestSwarm(directory);
        running.add(swarm.start("a", ManagerStart.FOUND).awaitLead());
        running.get(0).write("first");
        running.add(swarm.start("b", ManagerStart.JOIN));
        add(running.get(0), "b");
        running.forEach(Manager::close);
        running.clear();

        Manager a = swarm.start("a", ManagerStart.FORCE_NEW_CLUSTER).awaitLead();
        running.add(a);
        a.write("second");
        Manager d = swarm.start("d", ManagerStart.JOIN);
        running.add(d);
        add(a, "d");

        eventually("everything on d", () -> d.read("second").isPresent());
        assertThat(d.read("first")).isPresent();
        assertThat(swarm.directory("d").resolve("raft/snapshot")).exists();
    }
}
