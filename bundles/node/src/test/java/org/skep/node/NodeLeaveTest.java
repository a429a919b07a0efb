package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.control.Control;
import org.skep.control.Swarm;
import org.skep.store.testing.TestStore;

/** How a node leaves its swarm. */
class NodeLeaveTest extends LocalNodeSetup {

    @Test
    void whoHasLostTheKeysCanForgetTheSwarm() throws Exception {
        join("worker");
        node.close();
        Files.delete(directory.resolve("keys/certificate"));

        startNode();

        await(Swarm.State.ERROR);
        assertCode("STATE_DAMAGED", () -> node.leave(false));
        assertCode("STATE_DAMAGED", () -> node.init(CREATION));
        node.leave(true);
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        node.init(CREATION);
    }

    @Test
    void aManagerIsToldWhatItsLeaveCosts() throws Exception {
        join("manager");
        rooms.consensus.member("m2", true, true);
        rooms.consensus.member("m3", true, true);
        assertThatThrownBy(() -> node.leave(false))
                .hasMessage("this node is a manager of the swarm: 2 managers are left, of which none may fail");

        rooms.consensus.member("m3", true, false);
        assertThatThrownBy(() -> node.leave(false))
                .hasMessage("this node is a manager of the swarm: only 1 of the 2 managers left can be reached, too few"
                        + " for a quorum, and the swarm could decide nothing any more")
                .extracting(e -> ((SkepException) e).hint())
                .isEqualTo("bring other managers back first, or use --force to leave all the same");
    }

    @Test
    void aLockedManagerKnowsThatItIsNotTheLast() throws Exception {
        node.init(CREATION);
        managers()
                .update(List.of(
                        new KnownManagers.Manager(node.status().nodeId(), new Endpoint("10.0.0.7", 2377)),
                        new KnownManagers.Manager("m2", new Endpoint("10.0.0.2", 2377)),
                        new KnownManagers.Manager("m3", new Endpoint("10.0.0.3", 2377))));
        node.close();
        rooms.restarted = true;
        synchronized (rooms) {
            keys = new FakeKeys(directory);
            keys.lock();
            node = new LocalNode(context, config(), keys, host, ports, PATIENCE);
        }
        await(Swarm.State.LOCKED);

        assertThatThrownBy(() -> node.leave(false))
                .hasMessage("this node is a manager of the swarm, and how the 2 others do cannot be seen from here");
    }

    @Test
    void aManagerStepsDownBeforeItLeaves() throws Exception {
        join("manager");
        rooms.consensus.member("m2", true, true);
        rooms.store.write(tx -> tx.create(manager(FakeKeys.JOINED)));
        register(control((id, spec) -> {
            rooms.events.add("desired " + spec.getDesiredRole());
            told(false);
        }));
        node.departures = List.of(() -> rooms.events.add("departure"));

        node.leave(true);

        assertThat(rooms.events)
                .containsExactly(
                        "desired NODE_ROLE_WORKER", "departure", "-skep.worker", "-skep.manager", "-membership");
        assertThat(keys.calls()).doesNotContain("renew false");
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    @Test
    void aManagerLeavesThoughTheOthersDoNotLetItGo() throws Exception {
        join("manager");
        rooms.consensus.member("m2", true, true);
        rooms.store.write(tx -> tx.create(manager(FakeKeys.JOINED)));
        register(control((id, spec) -> {
            throw SkepException.state("QUORUM", "the swarm would lose its quorum", "");
        }));

        node.leave(true);

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    @Test
    void leaveNeedsForceAndThenLeavesNothing() throws Exception {
        String first = node.init(CREATION);
        assertCode("FORCE_REQUIRED", () -> node.leave(false));

        node.leave(true);

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        assertThat(directory.resolve("node.json")).doesNotExist();
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(directory.resolve("store.db")).doesNotExist();
        assertThat(directory.resolve("keys")).doesNotExist();
        assertThat(rooms.events).endsWith("-skep.worker", "-skep.manager", "-membership");
        rooms.store = new TestStore();
        assertThat(node.init(CREATION)).isNotEqualTo(first);
    }

    @Test
    void initWithoutLeaderLeavesNoTrace() throws Exception {
        rooms.electable = false;

        assertCode("NO_LEADER", () -> node.init(CREATION));

        assertThat(directory.resolve("node.json")).doesNotExist();
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        rooms.electable = true;
        assertThat(node.init(CREATION)).isNotEmpty();
    }

    @Test
    void startAfterHalfDoneLeaveGoesOnWithIt() throws Exception {
        node.init(CREATION);
        node.close();
        new StateFiles(directory).markLeaving();

        startNode();

        await(Swarm.State.INACTIVE);
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(directory.resolve("node.json.leaving")).doesNotExist();
    }

    @Test
    void departuresComeBeforeAnyRoomCloses() throws Exception {
        node.init(CREATION);
        await("+skep.leader");
        rooms.events.clear();
        node.departures = List.of(() -> rooms.events.add("departure"), () -> {
            throw new IllegalStateException("cannot give up");
        });

        node.leave(true);

        assertThat(rooms.events).first().isEqualTo("departure");
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    @Test
    void aDepartureThatHangsDoesNotKeepTheNode() throws Exception {
        node.init(CREATION);
        node.departures = List.of(() -> new java.util.concurrent.CountDownLatch(1).await());

        assertCode("TASKS_LEFT_BEHIND", () -> node.leave(true));

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    @Test
    void aLeaveThatIsBrokenOffWhileTasksStopIsALeave() throws Exception {
        join("worker");
        CountDownLatch departing = new CountDownLatch(1);
        node.departures = List.of(() -> {
            departing.countDown();
            new CountDownLatch(1).await();
        });
        AtomicReference<Throwable> told = new AtomicReference<>();
        Thread leaving = new Thread(() -> {
            try {
                node.leave(false);
            } catch (InterruptedException | RuntimeException e) {
                told.set(e);
            }
        });
        leaving.start();
        departing.await();
        leaving.interrupt();
        leaving.join();

        assertThat(told.get()).isInstanceOfSatisfying(SkepException.class, e -> assertThat(e.code())
                .isEqualTo("TASKS_LEFT_BEHIND"));
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        assertThat(directory.resolve("node.json")).doesNotExist();
    }

    @Test
    void aDepartureSaysWhatItLeavesBehind() throws Exception {
        node.init(CREATION);
        node.departures = List.of(() -> {
            throw SkepException.resource("TASKS_LEFT_BEHIND", "web.1.t1: the engine does not answer", "", null);
        });

        assertThatThrownBy(() -> node.leave(true)).hasMessageContaining("web.1.t1: the engine does not answer");

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    private void register(Control control) {
        context.registerService(Control.class, control, null);
    }
}
