package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.control.testing.FakeConsensus;
import org.skep.protocol.BlacklistedCertificate;
import org.skep.protocol.Certificate;
import org.skep.protocol.Cluster;
import org.skep.protocol.Node;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;

class NodeRemovalTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final String WORKER = "w".repeat(25);

    private final Manager manager = Manager.leading();
    private final FakeConsensus consensus = new FakeConsensus(Manager.NODE_ID);
    private final LocalNodes nodes = new LocalNodes(manager.access, Clock.fixed(NOW, ZoneOffset.UTC));

    @BeforeEach
    void twoNodes() {
        manager.access.bindConsensus(consensus);
        manager.store.write(tx -> tx.create(Cluster.newBuilder().setId("c").build()));
        manager.givenNode(Manager.NODE_ID, "alpha");
        manager.givenNode(WORKER, "beta");
    }

    private void given(NodeStatus.State state) {
        manager.store.write(tx -> {
            Node node = tx.nodes().get(WORKER).orElseThrow();
            tx.update(node.toBuilder()
                    .setStatus(NodeStatus.newBuilder().setState(state))
                    .build());
        });
    }

    private void given(String name, BlacklistedCertificate entry) {
        manager.store.write(tx -> tx.update(tx.cluster().orElseThrow().toBuilder()
                .putBlacklistedCertificates(name, entry)
                .build()));
    }

    private static BlacklistedCertificate expiring(Instant moment) {
        return BlacklistedCertificate.newBuilder()
                .setExpiry(Times.timestamp(moment))
                .build();
    }

    private Map<String, BlacklistedCertificate> refused() {
        return manager.store.view().cluster().orElseThrow().getBlacklistedCertificatesMap();
    }

    private TaskState state(String task) {
        return manager.store
                .view()
                .tasks()
                .get(task)
                .map(Task::getStatus)
                .orElseThrow()
                .getState();
    }

    @Test
    void aNodeThatIsUpStaysUnlessForced() {
        assertRefused("NODE_NOT_DOWN", "node beta is not down", () -> nodes.remove("beta", false));

        nodes.remove("beta", true);

        assertRefused("NOT_FOUND", "no such node: beta", () -> nodes.remove("beta", true));
        assertThat(refused()).containsOnlyKeys(WORKER);
    }

    @Test
    void aNodeThatIsNotReadyGoes() {
        given(NodeStatus.State.DISCONNECTED);

        nodes.remove("beta", false);

        assertThat(manager.store.view().nodes().get(WORKER)).isEmpty();
    }

    @Test
    void aMemberOfConsensusStaysEvenIfForced() {
        consensus.with(WORKER, false, false);
        given(NodeStatus.State.DOWN);

        assertRefused("NODE_IS_MANAGER", "demote it first", () -> nodes.remove("beta", true));
        assertRefused("NODE_IS_MANAGER", "node alpha", () -> nodes.remove("self", true));
    }

    @Test
    void whatItNeverReportedAsEndedIsGivenUp() {
        manager.givenTask(
                Manager.task("running", "s", "web", 1, TaskState.RUNNING).setNodeId(WORKER));
        manager.givenTask(
                Manager.task("failed", "s", "web", 2, TaskState.FAILED).setNodeId(WORKER));
        manager.givenTask(
                Manager.task("elsewhere", "s", "web", 3, TaskState.RUNNING).setNodeId(Manager.NODE_ID));

        nodes.remove("beta", true);

        assertThat(state("running")).isEqualTo(TaskState.ORPHANED);
        assertThat(state("failed")).isEqualTo(TaskState.FAILED);
        assertThat(state("elsewhere")).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void theCertificateIsRefusedUntilItsEnd() throws IOException {
        given("a", expiring(NOW.plus(Duration.ofDays(1))));
        given("b", expiring(NOW.minus(Duration.ofDays(1))));
        ByteString pem;
        try (InputStream file = getClass().getResourceAsStream("/node.pem")) {
            pem = ByteString.readFrom(file);
        }
        manager.store.write(tx -> tx.update(tx.nodes().get(WORKER).orElseThrow().toBuilder()
                .setCertificate(Certificate.newBuilder().setCertificate(pem))
                .build()));

        nodes.remove("beta", true);

        assertThat(refused()).containsOnlyKeys("a", WORKER);
        assertThat(Times.instant(refused().get(WORKER).getExpiry())).isAfter(Instant.parse("2126-01-01T00:00:00Z"));
    }
}
