package org.skep.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.node.ManagerStart;
import org.skep.store.Consensus;

/** Several managers, over real connections with certificates. */
class GroupTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private TestSwarm swarm;
    private final List<Manager> running = new ArrayList<>();

    @BeforeEach
    void create() {
        swarm = new TestSwarm(directory);
    }

    @AfterEach
    void close() {
        running.forEach(Manager::close);
    }

    private Manager start(String nodeId, ManagerStart start) {
        Manager manager = swarm.start(nodeId, start);
        running.add(manager);
        return manager;
    }

    private void stop(Manager manager) {
        running.remove(manager);
        manager.close();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static void done(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private List<Manager> three() throws Exception {
        Manager a = start("a", ManagerStart.FOUND).awaitLead();
        a.write("first");
        Manager b = start("b", ManagerStart.JOIN);
        Manager c = start("c", ManagerStart.JOIN);
        done(a.consensus().add("b", PATIENCE));
        done(a.consensus().add("c", PATIENCE));
        return List.of(a, b, c);
    }

    private Manager leader(Manager... among) throws InterruptedException {
        await("a leader", () -> Arrays.stream(among).anyMatch(Manager::leads));
        return Arrays.stream(among).filter(Manager::leads).findFirst().orElseThrow();
    }

    @Test
    void managersJoinAndHaveEverything() throws Exception {
        List<Manager> managers = three();
        managers.get(0).write("second");
        for (Manager manager : managers) {
            await("all of it on " + manager.nodeId, () -> manager.read("second").isPresent());
            assertThat(manager.read("first")).isPresent();
            await("status of " + manager.nodeId, () -> {
                Consensus.Status status = manager.consensus().status();
                return status.voter()
                        && status.leader().filter("a"::equals).isPresent()
                        && status.members().stream().allMatch(member -> member.voter() && member.reachable());
            });
        }
        done(managers.get(0).consensus().barrier());
    }

    @Test
    void anotherOneLeadsWhenTheLeaderStops() throws Exception {
        List<Manager> managers = three();
        stop(managers.get(0));
        Manager next = leader(managers.get(1), managers.get(2));
        next.write("after");
        assertThat(next.read("first")).isPresent();
        Manager again = start("a", ManagerStart.JOIN);
        await("the missed write", () -> again.read("after").isPresent());
    }

    @Test
    void membersAreRemovedAndComeBack() throws Exception {
        List<Manager> managers = three();
        Manager a = managers.get(0);
        done(a.consensus().remove("c"));
        await("c to know", () -> !managers.get(2).consensus().status().voter());
        done(a.consensus().add("c", PATIENCE));
        done(a.consensus().remove("a"));
        Manager next = leader(managers.get(1), managers.get(2));
        next.write("after");
        await(
                "a to know",
                () -> !a.consensus().status().voter() && a.read("after").isPresent());
        assertThat(a.leads()).isFalse();
    }
}
