package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.skep.control.local.Manager.assertRefused;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.control.Clusters;
import org.skep.control.testing.FakeConsensus;
import org.skep.pki.JoinToken;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.Pem;
import org.skep.protocol.Annotations;
import org.skep.protocol.CAConfig;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.DispatcherConfig;
import org.skep.protocol.EncryptionConfig;
import org.skep.protocol.EncryptionKey;
import org.skep.protocol.ExternalCA;
import org.skep.protocol.JoinTokens;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.NodeRole;
import org.skep.protocol.RaftConfig;
import org.skep.protocol.RootCA;
import org.skep.protocol.RootRotation;
import org.skep.store.Consensus.Member;

class LocalClustersTest {

    private static final String ALPHA = Manager.NODE_ID;
    private static final String BETA = "b".repeat(25);

    private final Manager manager = Manager.leading();
    private final FakeConsensus consensus = new FakeConsensus(ALPHA);
    private final LocalClusters clusters = new LocalClusters(manager.access, new Rebalancing(manager.access));

    @BeforeEach
    void swarm() throws Exception {
        Authority root = Authority.create(Instant.now());
        byte[] certificate = Pem.of(List.of(root.certificate()));
        manager.access.bindConsensus(consensus);
        manager.store.write(tx -> tx.create(Cluster.newBuilder()
                .setId("c")
                .setSpec(ClusterSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName("default"))
                        .setRaft(RaftConfig.newBuilder().setSnapshotInterval(10_000))
                        .setDispatcher(DispatcherConfig.newBuilder().setHeartbeatPeriod(seconds(5)))
                        .setCaConfig(CAConfig.newBuilder()
                                .setNodeCertExpiry(seconds(7_776_000))
                                .setSigningCaKey(ByteString.copyFromUtf8("secret"))))
                .setRootCa(RootCA.newBuilder()
                        .setCaKey(ByteString.copyFrom(Pem.of(root.key())))
                        .setCaCert(ByteString.copyFrom(certificate))
                        .setJoinTokens(JoinToken.both(certificate)))
                .addNetworkBootstrapKeys(EncryptionKey.newBuilder().setKey(ByteString.copyFromUtf8("secret")))
                .build()));
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    private Cluster stored() {
        return manager.store.view().cluster().orElseThrow();
    }

    private Cluster update(Consumer<ClusterSpec.Builder> change) {
        Cluster present = clusters.get();
        ClusterSpec.Builder spec = present.getSpec().toBuilder();
        change.accept(spec);
        return clusters.update(present.getMeta().getVersion().getIndex(), spec.build());
    }

    @Test
    void secretsAreNotShown() {
        clusters.rotateRoot(Optional.empty());
        Cluster updated = update(
                spec -> spec.setEncryptionConfig(EncryptionConfig.newBuilder().setAutoLockManagers(true)));

        for (Cluster shown : List.of(clusters.get(), updated)) {
            assertThat(shown.getRootCa().getCaKey()).isEmpty();
            assertThat(shown.getRootCa().hasJoinTokens()).isFalse();
            assertThat(shown.getRootCa().hasRootRotation()).isTrue();
            assertThat(shown.getRootCa().getRootRotation().getCaKey()).isEmpty();
            assertThat(shown.getNetworkBootstrapKeysList()).isEmpty();
            assertThat(shown.getUnlockKeysList()).isEmpty();
            assertThat(shown.getSpec().getCaConfig().getSigningCaKey()).isEmpty();
            assertThat(shown.toString()).doesNotContain("secret", "SWMTKN", "PRIVATE KEY");
        }
    }

    @Test
    void anUpdateKeepsTheSecrets() {
        Cluster before = stored();

        update(spec -> spec.getOrchestrationBuilder().setTaskHistoryRetentionLimit(7));

        Cluster after = stored();
        assertThat(after.getSpec().getOrchestration().getTaskHistoryRetentionLimit())
                .isEqualTo(7);
        assertThat(after.getSpec().getCaConfig()).isEqualTo(before.getSpec().getCaConfig());
        assertThat(after.getRootCa()).isEqualTo(before.getRootCa());
        assertThat(after.getNetworkBootstrapKeysList()).isEqualTo(before.getNetworkBootstrapKeysList());
        assertRefused(
                "OUT_OF_SEQUENCE",
                "cluster default: update out of sequence",
                () -> clusters.update(before.getMeta().getVersion().getIndex(), before.getSpec()));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("renamed to other", change(spec -> spec.getAnnotationsBuilder()
                        .setName("other"))),
                arguments("certificate expiry 3599s (from 1h", change(spec -> spec.getCaConfigBuilder()
                        .setNodeCertExpiry(seconds(3599)))),
                arguments("certificate expiry 0s", change(spec -> spec.getCaConfigBuilder()
                        .clearNodeCertExpiry())),
                arguments("certificate expiry 9223372036854775807s", change(spec -> spec.getCaConfigBuilder()
                        .setNodeCertExpiry(seconds(Long.MAX_VALUE)))),
                arguments("heartbeat -5s (from 1s", change(spec -> spec.getDispatcherBuilder()
                        .setHeartbeatPeriod(seconds(-5)))),
                arguments("heartbeat -9223372036854775808s", change(spec -> spec.getDispatcherBuilder()
                        .setHeartbeatPeriod(seconds(Long.MIN_VALUE)))),
                arguments("heartbeat 0.500s", change(spec -> spec.getDispatcherBuilder()
                        .setHeartbeatPeriod(Duration.newBuilder().setNanos(500_000_000)))),
                arguments("heartbeat 3601s", change(spec -> spec.getDispatcherBuilder()
                        .setHeartbeatPeriod(seconds(3601)))),
                arguments("snapshot interval 0", change(spec -> spec.getRaftBuilder()
                        .setSnapshotInterval(0))),
                arguments("snapshot interval 18446744073709551615", change(spec -> spec.getRaftBuilder()
                        .setSnapshotInterval(-1))),
                arguments("swarm ca --rotate", change(spec -> spec.getCaConfigBuilder()
                        .setForceRotate(3))),
                arguments("swarm ca --rotate", change(spec -> spec.getCaConfigBuilder()
                        .setSigningCaKey(ByteString.copyFromUtf8("mine")))),
                arguments("an external CA", change(spec -> spec.getCaConfigBuilder()
                        .addExternalCas(ExternalCA.newBuilder().setUrl("https://ca")))),
                arguments("acceptance policy", change(spec -> spec.getAcceptancePolicyBuilder()
                        .addPoliciesBuilder()
                        .setAutoaccept(true))),
                arguments("label without a name", change(spec -> spec.getAnnotationsBuilder()
                        .putLabels("", "x"))));
    }

    private static Consumer<ClusterSpec.Builder> change(Consumer<ClusterSpec.Builder> change) {
        return change;
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatCannotBeIsRefused(String reason, Consumer<ClusterSpec.Builder> change) {
        Cluster before = stored();

        assertRefused(
                reason.contains("CA") || reason.contains("policy")
                        ? "NOT_SUPPORTED"
                        : reason.contains("label") ? "INVALID_LABEL" : "INVALID_ARGUMENT",
                reason,
                () -> update(change));
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void tokensAreOfTheRoleAndRotateAlone() {
        manager.givenNode(ALPHA, "alpha");
        manager.givenNode(BETA, "beta");
        manager.givenNode("x".repeat(25), "gamma");
        manager.store.write(tx -> tx.nodes()
                .all()
                .forEach(node -> tx.update(node.toBuilder()
                        .setManagerStatus(ManagerStatus.newBuilder()
                                .setAddr(node.getDescription().getHostname() + ":2377"))
                        .build())));
        consensus
                .members(new Member(BETA, true, true, 1), new Member(ALPHA, true, true, 1))
                .led(Optional.of(ALPHA));
        JoinTokens before = stored().getRootCa().getJoinTokens();

        Clusters.Invitation worker = clusters.joinToken(NodeRole.NODE_ROLE_WORKER, false);
        Clusters.Invitation manager = clusters.joinToken(NodeRole.NODE_ROLE_MANAGER, true);

        assertThat(worker.token()).isEqualTo(before.getWorker());
        assertThat(worker.managers()).containsExactly("alpha:2377", "beta:2377");
        assertThat(manager.token())
                .matches("SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}")
                .isNotEqualTo(before.getManager());
        assertThat(manager.token().substring(0, 59))
                .isEqualTo(before.getManager().substring(0, 59));
        assertThat(stored().getRootCa().getJoinTokens().getManager()).isEqualTo(manager.token());
        assertThat(stored().getRootCa().getJoinTokens().getWorker()).isEqualTo(before.getWorker());
        assertThat(manager.toString()).doesNotContain("SWMTKN");
    }

    @Test
    void theUnlockKeyComesAndGoesWithAutolock() {
        assertRefused("NOT_AUTOLOCKED", "no unlock key is set", () -> clusters.unlockKey(false));
        assertRefused("NOT_AUTOLOCKED", "no unlock key is set", () -> clusters.unlockKey(true));

        update(spec -> spec.getEncryptionConfigBuilder().setAutoLockManagers(true));
        String key = clusters.unlockKey(false);
        update(spec -> spec.getOrchestrationBuilder().setTaskHistoryRetentionLimit(7));

        assertThat(key).startsWith("SWMKEY-1-");
        assertThat(clusters.unlockKey(false)).isEqualTo(key);
        assertThat(clusters.unlockKey(true)).startsWith("SWMKEY-1-").isNotEqualTo(key);
        update(spec -> spec.getEncryptionConfigBuilder().setAutoLockManagers(false));
        assertRefused("NOT_AUTOLOCKED", "no unlock key is set", () -> clusters.unlockKey(false));
    }

    @Test
    void theRootIsReplacedStepByStep() {
        manager.givenNode(ALPHA, "alpha");
        String before = clusters.rootCertificate();

        clusters.rotateRoot(Optional.empty());

        assertThat(clusters.rotation()).isEqualTo(new Clusters.Rotation(true, 0, 1));
        assertThat(clusters.rootCertificate()).startsWith(before).hasSizeGreaterThan(before.length());
        RootRotation rotation = stored().getRootCa().getRootRotation();
        assertThat(rotation.getCaKey()).isNotEmpty();
        assertRefused(
                "INVALID_CA",
                "cannot be used",
                () -> clusters.rotateRoot(Optional.of(new Clusters.Signer("no certificate", "no key"))));
        assertThat(stored().getRootCa().getRootRotation()).isEqualTo(rotation);
    }

    @Test
    void managersAreJudgedByWhoCanBeReached() {
        manager.givenNode(ALPHA, "alpha");
        consensus.members(
                new Member(ALPHA, true, true, 10),
                new Member(BETA, true, true, 4),
                new Member("d", true, false, 0),
                new Member("e", false, true, 9));

        Clusters.ManagersStatus status = clusters.managers();

        assertThat(status.answeredBy()).isEqualTo(ALPHA);
        assertThat(status.leader()).isEqualTo(ALPHA);
        assertThat(status.lostQuorum()).isFalse();
        assertThat(status.mayFail()).isZero();
        assertThat(status.managers()).extracting(Clusters.Manager::lag).containsExactlyInAnyOrder(0L, 6L, -1L, 1L);

        consensus.led(Optional.empty());
        consensus.members(new Member(ALPHA, true, true, 0), new Member(BETA, true, false, 0));
        Clusters.ManagersStatus lost = clusters.managers();

        assertThat(lost.lostQuorum()).isTrue();
        assertThat(lost.leader()).isEmpty();
        assertThat(lost.managers()).extracting(Clusters.Manager::lag).containsExactlyInAnyOrder(0L, -1L);
    }

    @Test
    void fiveManagersSpareTwo() {
        consensus.members(
                new Member(ALPHA, true, true, 1),
                new Member("b", true, true, 1),
                new Member("c", true, true, 1),
                new Member("d", true, true, 1),
                new Member("e", true, true, 1));

        assertThat(clusters.managers().mayFail()).isEqualTo(2);
    }
}
