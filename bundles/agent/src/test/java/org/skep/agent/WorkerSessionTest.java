package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.skep.api.runtime.TaskExit;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.TaskState;

/** The worker and its managers. */
class WorkerSessionTest extends WorkerSetup {

    @Test
    void whatASessionSaidCountsForMoreOnceItHasLasted() {
        eventually("in session", () -> loop.waits().contains(ManagerSession.LASTING));
        eventually("facts", () -> !facts.isEmpty());
        loop.advance(ManagerSession.LASTING.minusSeconds(1));
        manager.breakSession();
        eventually("in the next one", () -> loop.waits().contains(ManagerSession.LASTING));
        loop.advance(ManagerSession.LASTING.minusSeconds(1));
        assertThat(lastingFacts).isEmpty();
        loop.advance(Duration.ofSeconds(1));
        eventually("it has lasted", () -> !lastingFacts.isEmpty());
    }

    @Test
    void bringsTheNewestStatusAfterALostSession() {
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        manager.breakSession();
        host.exit("t1", new TaskExit(0, ""));
        eventually("a session opens", () -> {
            loop.advance(Duration.ofSeconds(8));
            return manager.connected();
        });
        await("t1", TaskState.COMPLETE);
        assertThat(manager.states("t1")).isSorted();
    }

    @Test
    void opensAnotherSessionWhenAStatusIsNotTaken() {
        manager.refuseStatuses(true);
        manager.assign(task("t1"));
        eventually("t1 runs", () -> host.running("t1"));
        manager.refuseStatuses(false);
        eventually("the status arrives", () -> {
            loop.advance(Duration.ofSeconds(8));
            return manager.state("t1") == TaskState.RUNNING;
        });
        assertThat(manager.attempts.get()).isGreaterThan(1);
    }

    @Test
    void saysAgainWhatAManagerForgot() {
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        int told = manager.states("t1").size();
        manager.assign(task("t1").toBuilder().setSlot(7).build());
        eventually("the status is told again", () -> manager.states("t1").size() > told);
        assertThat(manager.state("t1")).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void waitsLongerBetweenAttempts() {
        eventually("connected", manager::connected);
        manager.refuse(true);
        manager.breakSession();
        for (Duration delay : List.of(
                Duration.ofMillis(100),
                Duration.ofMillis(300),
                Duration.ofMillis(700),
                Duration.ofMillis(1500),
                Duration.ofMillis(3100),
                Duration.ofMillis(6300),
                Duration.ofSeconds(8),
                Duration.ofSeconds(8))) {
            eventually("waits " + delay + " among " + loop.waits(), () -> loop.waits()
                    .contains(delay));
            loop.advance(delay);
        }
    }

    @Test
    void describesTheNode() {
        eventually("a session", () -> !manager.descriptions.isEmpty());
        NodeDescription description = manager.descriptions.get(0);
        assertThat(description.getHostname()).isEqualTo("host1");
        assertThat(description.getPlatform().getOs()).isEqualTo("linux");
        assertThat(description.getResources().getNanoCpus()).isEqualTo(4_000_000_000L);
        assertThat(description.getEngine().getEngineVersion()).isEqualTo("fake-1.0");
        assertThat(description.getEngine().getLabelsMap()).containsEntry("zone", "a");
        assertThat(plugins(description)).containsExactly("Runtime/fake");
        drivers.addVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        eventually("the driver is told", () -> plugins(last()).contains("Volume/nfs"));
        drivers.addNetworkDriver(bridge, Map.of("skep.driver", "bridge"));
        eventually("the driver is told", () -> plugins(last()).contains("Network/bridge"));
        drivers.removeVolumeDriver(nfs, Map.of("skep.driver", "nfs"));
        eventually("the driver is gone", () -> !plugins(last()).contains("Volume/nfs"));
    }

    @Test
    void removesEverythingWhenItLeaves() throws Exception {
        manager.assign(task("t1"));
        manager.assign(task("t2"));
        await("t1", TaskState.RUNNING);
        await("t2", TaskState.RUNNING);
        CompletableFuture<List<String>> left = new CompletableFuture<>();
        loop.execute(() -> worker.depart().thenAccept(left::complete));
        assertThat(left.get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(host.tasks()).isEmpty();
        assertThat(stateDir.resolve("worker/node1")).doesNotExist();
        assertThat(manager.connected()).isFalse();
        assertThat(manager.goodbyes).containsExactly(true);
    }

    @Test
    void aDaemonThatStopsSaysGoodbye() throws Exception {
        eventually("connected", manager::connected);
        restart();
        eventually("connected again", manager::connected);
        assertThat(manager.goodbyes).containsExactly(false);
    }

    @Test
    void aGoodSessionIsReplacedAtOnce() {
        eventually("connected", manager::connected);
        eventually("in session", () -> loop.waits().contains(ManagerSession.SETTLED));
        loop.advance(ManagerSession.SETTLED);
        manager.breakSession();
        eventually("connected again", manager::connected);
    }

    @Test
    void aNodeThatIsSomethingElseNeedNotWaitToSaySo() {
        for (int sessions = 1; sessions < 5; sessions++) {
            int opened = sessions;
            eventually("connected", () -> manager.attempts.get() == opened && manager.connected());
            manager.renewSession();
        }
        eventually("connected again", () -> manager.attempts.get() == 5 && manager.connected());
    }

    @Test
    void handsOnWhatManagersSay() {
        eventually("facts", () -> !facts.isEmpty());
    }

    private NodeDescription last() {
        return manager.descriptions.get(manager.descriptions.size() - 1);
    }

    private static List<String> plugins(NodeDescription description) {
        return description.getEngine().getPluginsList().stream()
                .map((PluginDescription plugin) -> plugin.getType() + "/" + plugin.getName())
                .toList();
    }
}
