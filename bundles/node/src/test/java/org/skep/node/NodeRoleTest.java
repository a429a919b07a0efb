package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.skep.api.testing.Eventually.eventually;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.SkepException;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.NodeFacts;
import org.skep.api.node.NodeIdentity;
import org.skep.control.Swarm;

/** What a member becomes as the managers tell it. */
class NodeRoleTest extends LocalNodeSetup {

    @Test
    void aWorkerIsPromotedWithoutTouchingItsTasks() throws Exception {
        join("worker");

        told(true);

        eventually("manager", () -> node.status().manager() && rooms.starts.equals(List.of(ManagerStart.JOIN)));
        assertThat(rooms.events).contains("+skep.manager").doesNotContain("-skep.worker");
        assertThat(keys.calls()).endsWith("renew true");
    }

    @Test
    void aManagerIsDemotedWithoutTouchingItsTasks() throws Exception {
        join("manager");
        rooms.log("worker/task");

        told(false);

        eventually("worker", () -> !node.status().manager());
        assertThat(rooms.events).containsExactly("-skep.manager");
        assertThat(directory.resolve("raft")).doesNotExist();
        assertThat(directory.resolve("store.db")).doesNotExist();
        assertThat(directory.resolve("worker/task")).exists();
        assertThat(keys.calls()).endsWith("renew false");
    }

    @Test
    void theLastToldRoleWins() throws Exception {
        join("worker");
        keys.doNotAnswer();
        told(true);
        eventually("renewal", () -> keys.calls().contains("renew true"));

        told(false);
        told(true);
        told(false);
        keys.answer();

        Thread.yield();
        told(true);
        await("+skep.manager");
        told(false);
        await("-skep.manager");
        eventually("worker", () -> !keys.identity().orElseThrow().manager());
        assertThat(rooms.events).doesNotContain("-skep.worker");
    }

    @Test
    void aRenewalThatIsNotWantedAnyMoreIsGivenUp() throws Exception {
        join("worker");
        keys.doNotAnswer();
        told(true);
        eventually("renewal", () -> keys.calls().contains("renew true"));

        told(false);
        node.leave(false);

        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
        assertThat(rooms.starts).isEmpty();
    }

    @Test
    void aManagersCertificateAloneMakesNoManager() throws Exception {
        join("worker");
        keys.renewedMeanwhile(true);
        ports = endpoint -> {
            throw SkepException.resource("PORT_IN_USE", "port 2377 is in use", "", null);
        };
        told(true);
        eventually("refusal", () -> node.status().error().equals("port 2377 is in use"));
        assertThat(rooms.starts).isEmpty();

        ports = endpoint -> {};

        await("+skep.manager");
        assertThat(keys.calls()).endsWith("renew true");
    }

    @Test
    void whoWaitsForManagersStillRefusesWhatIsWrong() throws Exception {
        join("worker");
        keys.doNotAnswer();
        told(true);
        eventually("renewal", () -> keys.calls().contains("renew true"));

        assertTimeoutPreemptively(LIMIT, () -> {
            assertCode("ALREADY_IN_SWARM", () -> node.init(CREATION));
            assertCode("ALREADY_IN_SWARM", () -> node.join(admission("worker")));
            assertCode("NOT_A_MANAGER", () -> node.forceNewCluster(Swarm.Addresses.CHOSEN));
        });

        keys.answer();
        await("+skep.manager");
    }

    /** Its state is gone, although its certificate is still that of a manager. */
    @Test
    void whoIsBeingDemotedCannotBeginAnew() throws Exception {
        join("manager");
        keys.doNotAnswer();
        told(false);
        eventually("renewal", () -> keys.calls().contains("renew false"));

        assertTimeoutPreemptively(
                LIMIT, () -> assertCode("NOT_A_MANAGER", () -> node.forceNewCluster(Swarm.Addresses.CHOSEN)));

        assertThat(rooms.starts).doesNotContain(ManagerStart.FORCE_NEW_CLUSTER);
        keys.answer();
        eventually("worker", () -> !node.status().manager());
    }

    @Test
    void aPromotionWaitsForItsPorts() throws Exception {
        join("worker");
        ports = endpoint -> {
            throw SkepException.resource("PORT_IN_USE", "port 2377 is in use", "", null);
        };
        told(true);
        told(true);
        eventually("refusal", () -> node.status().error().equals("port 2377 is in use"));
        assertThat(keys.calls()).doesNotContain("renew true");

        ports = endpoint -> {};

        await("+skep.manager");
        eventually("no refusal", () -> node.status().error().isEmpty());
    }

    @Test
    void rootsAndRenewalsReachTheKeysOnce() throws Exception {
        join("worker");

        told(false, false, "roots");
        told(false, true, "roots");

        eventually("told", () -> keys.calls().contains("renewSoon"));
        assertThat(keys.calls()).containsOnlyOnce("trust roots");
    }

    @Test
    void whatIsOlderThanWhatIsKnownCountsForNothing() throws Exception {
        join("worker");

        told(7, false, false, "roots");
        told(6, true, true, "older roots");
        told(7, false, true, "roots");

        eventually("told", () -> keys.calls().contains("renewSoon"));
        assertThat(keys.calls()).contains("trust roots").doesNotContain("trust older roots");
        assertThat(node.status().manager()).isFalse();
        node.leave(false);
        join("worker");
        told(1, false, false, "roots of another swarm");
        eventually("a new swarm counts anew", () -> keys.calls().contains("trust roots of another swarm"));
    }

    @Test
    void whatALastingSessionSaysCountsThoughItIsOlder() throws Exception {
        join("worker");
        told(7, false, false, "roots");

        told(3, true, true, false, "roots");

        await("+skep.manager");
        told(4, false, false, false, "roots");
        eventually("the next one goes on from there", () -> !node.status().manager());
    }

    @Test
    void aNodeThatWasRemovedSaysSo() throws Exception {
        join("worker");

        context.getService(context.getServiceReference(NodeFacts.class))
                .refused("this node was removed from the swarm");

        assertThat(node.status().state()).isEqualTo(Swarm.State.ERROR);
        assertThat(node.status().error()).contains("was removed", "swarm leave");
        assertThat(node.status().remedy()).startsWith("leave with \"swarm leave\"");
        assertThat(directory.resolve("keys")).exists();
        node.leave(false);
        assertThat(node.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    /** What a crash at each point of a promotion or demotion leaves, and what the node is told at its next start. */
    @ParameterizedTest
    @CsvSource({
        // certificate, log, told: ends as
        "false, false, true, true",
        "true, false, true, true",
        "true, true, true, true",
        "true, true, false, false",
        "true, false, false, false",
        "false, false, false, false"
    })
    void aStartAfterAHalfDoneChangeOfRoleEndsAsTold(boolean manager, boolean log, boolean told, boolean ends)
            throws Exception {
        join("worker");
        node.close();
        keys.put(new NodeIdentity(FakeKeys.JOINED, manager, FakeKeys.CLUSTER));
        if (log) {
            rooms.log("raft/log");
        } else {
            rooms.log("raft.old/log");
        }
        rooms.events.clear();

        startNode();
        await("+skep.worker");
        told(told);

        eventually(
                "role",
                () -> node.status().manager() == ends
                        && rooms.events.lastIndexOf("+skep.manager") > rooms.events.lastIndexOf("-skep.manager")
                                == ends);
        assertThat(rooms.events).doesNotContain("-skep.worker");
        if (!ends && manager) {
            assertThat(directory.resolve("raft")).doesNotExist();
            assertThat(directory.resolve("raft.old")).doesNotExist();
        }
    }
}
