package org.skep.pki.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.protocol.NodeRole.NODE_ROLE_MANAGER;
import static org.skep.protocol.NodeRole.NODE_ROLE_WORKER;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.StateCipher;
import org.skep.pki.Blacklist;
import org.skep.pki.NodeKeys.State;
import org.skep.pki.UnlockKey;
import org.skep.pki.x509.CertificateRequest;
import org.skep.pki.x509.KeyRules;
import org.skep.protocol.Cluster;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.NodeRole;
import org.skep.protocol.Times;
import org.skep.store.Kind;

final class RenewalTest {

    private static final Duration LIFE = Duration.ofHours(1);

    @TempDir
    Path directory;

    private SwarmRig swarm;

    @BeforeEach
    void start() {
        swarm = new SwarmRig(directory, LIFE);
    }

    @AfterEach
    void stop() {
        swarm.close();
    }

    private static X509Certificate certificate(KeyRig node) {
        return node.service(NodeCredentials.class).chain().get(0);
    }

    @Test
    void aDayOfRenewalsLeavesNoNodeWithoutAValidCertificate() throws Exception {
        List<KeyRig> nodes = new ArrayList<>(List.of(swarm.first));
        for (int i = 0; i < 4; i++) {
            nodes.add(swarm.join(i % 2 == 0 ? NODE_ROLE_WORKER : NODE_ROLE_MANAGER));
        }
        Map<KeyRig, AtomicInteger> renewals = new HashMap<>();
        Map<KeyRig, NodeCredentials> credentials = new HashMap<>();
        for (KeyRig node : nodes) {
            credentials.put(node, node.service(NodeCredentials.class));
            renewals.put(node, new AtomicInteger());
            node.service(NodeCredentials.class).follow(renewals.get(node)::incrementAndGet);
        }
        Instant end = swarm.loops.now().plus(Duration.ofHours(24));
        while (swarm.loops.now().isBefore(end)) {
            swarm.loops.advance(Duration.ofMinutes(1));
            for (KeyRig node : nodes) {
                certificate(node).checkValidity(Date.from(swarm.loops.now()));
                assertThat(certificate(node).getNotAfter().toInstant())
                        .as("renewed by four fifths of its life")
                        .isAfter(swarm.loops.now().plus(Duration.ofMinutes(11)));
            }
        }
        for (KeyRig node : nodes) {
            // Every 30 to 48 minutes.
            assertThat(renewals.get(node).get()).isBetween(29, 48);
            assertThat(node.service(NodeCredentials.class))
                    .as("never withdrawn")
                    .isSameAs(credentials.get(node));
            node.node.close();
            node.node.open();
        }
    }

    @Test
    void aManagerAwayForHalfOfTheTimeCostsNoCertificate() throws Exception {
        KeyRig worker = swarm.join(NODE_ROLE_WORKER);
        for (int i = 0; i < 100; i++) {
            swarm.unreachable = i % 2 == 0;
            swarm.loops.advance(Duration.ofMinutes(8));
            assertThat(certificate(worker).getNotAfter().toInstant()).isAfter(swarm.loops.now());
        }
    }

    @Test
    void attemptsBecomeFewButNotTooFew() throws Exception {
        KeyRig worker = swarm.join(NODE_ROLE_WORKER);
        Instant end = certificate(worker).getNotAfter().toInstant();
        swarm.unreachable = true;
        swarm.loops.advance(Duration.between(swarm.loops.now(), end.minusSeconds(20)));
        assertThat(certificate(worker).getNotAfter().toInstant()).isEqualTo(end);

        swarm.unreachable = false;
        swarm.loops.advance(Duration.ofSeconds(15));
        assertThat(certificate(worker).getNotAfter().toInstant()).isAfter(end);
    }

    @Test
    void aNodeWithAnExpiredCertificateIsNotLetIn() throws Exception {
        KeyRig worker = swarm.join(NODE_ROLE_WORKER);
        swarm.unreachable = true;
        swarm.loops.advance(Duration.ofHours(2));
        swarm.unreachable = false;
        swarm.loops.advance(Duration.ofHours(2));

        assertThat(certificate(worker).getNotAfter().toInstant()).isBefore(swarm.loops.now());
        worker.node.close();
        assertThat(worker.node.open()).isEqualTo(worker.node.identity().orElseThrow());
    }

    @Test
    void whatWasDueWhileTheNodeWasOffIsDoneAtItsStart() throws Exception {
        KeyRig worker = swarm.join(NODE_ROLE_WORKER);
        worker.node.close();
        swarm.loops.advance(Duration.ofMinutes(55));
        worker.node.open();
        swarm.loops.advance(Duration.ofSeconds(1));
        assertThat(certificate(worker).getNotAfter().toInstant())
                .isAfter(swarm.loops.now().plus(Duration.ofMinutes(59)));
    }

    /** A swarm of one manager that was off for too long must not be lost. */
    @Test
    void aLeaderRenewsAnExpiredCertificateByItself() {
        swarm.first.node.close();
        swarm.unreachable = true;
        swarm.loops.advance(Duration.ofDays(30));

        swarm.first.node.open();
        swarm.loops.advance(Duration.ofSeconds(1));
        assertThat(certificate(swarm.first).getNotAfter().toInstant()).isBefore(swarm.loops.now());
        swarm.lead(swarm.first);
        swarm.loops.advance(Duration.ofSeconds(10));
        assertThat(certificate(swarm.first).getNotAfter().toInstant()).isAfter(swarm.loops.now());
    }

    @Test
    void theSwarmAsksForARenewalByTheNodeObject() throws Exception {
        KeyRig worker = swarm.join(NODE_ROLE_WORKER);
        X509Certificate first = certificate(worker);
        swarm.changeNode(worker, node -> node.toBuilder()
                .setCertificate(node.getCertificate().toBuilder()
                        .setStatus(IssuanceStatus.newBuilder().setState(IssuanceStatus.State.ROTATE)))
                .build());

        worker.node.renewSoon();
        worker.node.renewSoon();
        swarm.loops.advance(Duration.ofSeconds(1));

        assertThat(certificate(worker)).isNotEqualTo(first);
        assertThat(swarm.node(worker).getCertificate().getStatus().getState()).isEqualTo(IssuanceStatus.State.ISSUED);
    }

    private void give(KeyRig rig, NodeRole role) {
        swarm.changeNode(rig, node -> node.toBuilder().setRole(role).build());
    }

    @Test
    void promotionAndDemotionChangeTheCertificateAlone() throws Exception {
        KeyRig node = swarm.join(NODE_ROLE_WORKER);
        NodeCredentials credentials = node.service(NodeCredentials.class);
        for (int i = 0; i < 5; i++) {
            give(node, NODE_ROLE_MANAGER);
            assertThat(node.node.renew(true).manager()).isTrue();
            give(node, NODE_ROLE_WORKER);
            assertThat(node.node.renew(false).manager()).isFalse();
        }
        assertThat(node.service(NodeCredentials.class)).isSameAs(credentials);
        assertThat(credentials.identity().manager()).isFalse();
    }

    @Test
    void aNodeWaitsForItsRole() throws Exception {
        KeyRig node = swarm.join(NODE_ROLE_WORKER);
        swarm.loops.open("operator").after(Duration.ofSeconds(3), () -> give(node, NODE_ROLE_MANAGER));
        assertThat(node.node.renew(true).manager()).isTrue();
    }

    @Test
    void aPromotedNodeOfALockedSwarmIsLocked(@TempDir Path other) throws Exception {
        UnlockKey key = UnlockKey.random();
        try (SwarmRig locked = new SwarmRig(other, LIFE, Optional.of(key))) {
            KeyRig node = locked.join(NODE_ROLE_WORKER);
            locked.changeNode(
                    node, it -> it.toBuilder().setRole(NODE_ROLE_MANAGER).build());
            node.node.renew(true);
            assertThat(node.node.state()).isEqualTo(State.LOCKED);
            byte[] sealed = node.service(StateCipher.class).seal(new byte[1], new byte[1]);

            locked.changeNode(
                    node, it -> it.toBuilder().setRole(NODE_ROLE_WORKER).build());
            node.node.renew(false);

            assertThat(node.node.state()).as("workers start by themselves").isEqualTo(State.OPENABLE);
            assertThatThrownBy(() -> node.service(StateCipher.class).open(sealed, new byte[1]))
                    .as("what it knew as a manager stays closed")
                    .extracting("code")
                    .isEqualTo("STATE_DAMAGED");
        }
    }

    /** A crash right after the worker's certificate was written must not leave a worker that asks for an unlock key. */
    @Test
    void aDemotedManagerIsNeverALockedWorker(@TempDir Path other) throws Exception {
        try (SwarmRig locked = new SwarmRig(other, LIFE, Optional.of(UnlockKey.random()))) {
            KeyRig node = locked.join(NODE_ROLE_MANAGER);
            assertThat(node.node.state()).isEqualTo(State.LOCKED);
            List<State> seen = new ArrayList<>();
            node.service(NodeCredentials.class).follow(() -> seen.add(node.node.state()));

            locked.changeNode(
                    node, it -> it.toBuilder().setRole(NODE_ROLE_WORKER).build());
            node.node.renew(false);

            assertThat(seen).containsExactly(State.OPENABLE);
        }
    }

    /** Its rooms, which are open, would lose the key to what they have sealed. */
    @Test
    void theTimerLeavesTheRoleAsItIs() throws Exception {
        KeyRig node = swarm.join(NODE_ROLE_MANAGER);
        StateCipher cipher = node.service(StateCipher.class);
        X509Certificate first = certificate(node);
        give(node, NODE_ROLE_WORKER);

        node.node.renewSoon();
        swarm.loops.advance(Duration.ofMinutes(1));
        assertThat(certificate(node)).isEqualTo(first);
        assertThat(node.service(StateCipher.class)).isSameAs(cipher);

        give(node, NODE_ROLE_MANAGER);
        swarm.loops.advance(Duration.ofMinutes(1));
        assertThat(certificate(node)).isNotEqualTo(first);
    }

    @Test
    void managersFollowTheSwarmsUnlockKey() throws Exception {
        KeyRig second = swarm.join(NODE_ROLE_MANAGER);
        swarm.manage(second);
        UnlockKey key = UnlockKey.random();
        UnlockKey next = UnlockKey.random();

        autolock(Optional.of(key));
        for (KeyRig manager : List.of(swarm.first, second)) {
            assertThat(manager.node.state()).isEqualTo(State.LOCKED);
        }
        autolock(Optional.of(next));
        second.node.close();
        assertThatThrownBy(() -> second.node.unlock(key.text()))
                .extracting("code")
                .isEqualTo("INVALID_UNLOCK_KEY");
        second.node.unlock(next.text());

        swarm.loops.advance(Duration.ofHours(3));
        assertThat(second.node.state()).as("renewals keep the lock").isEqualTo(State.LOCKED);

        autolock(Optional.empty());
        for (KeyRig manager : List.of(swarm.first, second)) {
            assertThat(manager.node.state()).isEqualTo(State.OPENABLE);
        }
    }

    private void autolock(Optional<UnlockKey> key) {
        swarm.changeCluster(cluster -> {
            var next = cluster.toBuilder().clearUnlockKeys();
            next.getSpecBuilder().getEncryptionConfigBuilder().setAutoLockManagers(key.isPresent());
            return next.addAllUnlockKeys(UnlockKey.replaced(cluster.getUnlockKeysList(), key))
                    .build();
        });
        swarm.loops.settle();
    }

    @Test
    void noManagerIsAskedFirstByAll() throws Exception {
        Credential own = ((LiveCredentials) swarm.first.service(NodeCredentials.class)).credential();
        List<Endpoint> managers = List.of(SwarmRig.LEADER, new Endpoint("10.0.0.8", 2377));
        List<Endpoint> asked = new ArrayList<>();
        Desks gone = new Desks() {
            @Override
            public Stranger stranger(Endpoint manager) {
                throw new AssertionError();
            }

            @Override
            public Desk as(Credential credential, Endpoint manager) {
                asked.add(manager);
                throw SkepException.external("UNREACHABLE", "nobody there", "", null);
            }
        };
        Set<Endpoint> first = new HashSet<>();
        Renewal renewal = new Renewal(
                gone, Optional::empty, () -> managers, swarm.loops.clock(), swarm.loops::advance, new Random(1));
        for (int i = 0; i < 20; i++) {
            asked.clear();
            assertThatThrownBy(() -> renewal.attempt(own)).extracting("code").isEqualTo("UNREACHABLE");
            assertThat(asked).containsExactlyInAnyOrderElementsOf(managers);
            first.add(asked.get(0));
        }
        assertThat(first).containsExactlyInAnyOrderElementsOf(managers);
    }

    @Test
    void aNodeThatNeverCeasesToAskIsRefusedForAWhile() throws Exception {
        KeyRig worker = swarm.join(NODE_ROLE_WORKER);
        Credential own = ((LiveCredentials) worker.service(NodeCredentials.class)).credential();
        IssueNodeCertificateRequest request = IssueNodeCertificateRequest.newBuilder()
                .setCsr(ByteString.copyFrom(CertificateRequest.of(KeyRules.generate())))
                .build();
        try (Desk desk = swarm.as(own, SwarmRig.LEADER)) {
            for (int i = 0; i < 200; i++) {
                desk.issue(request);
            }
            assertThatThrownBy(() -> desk.issue(request)).extracting("code").isEqualTo("TOO_MANY_ATTEMPTS");
            swarm.loops.advance(Duration.ofMinutes(1));
            desk.issue(request);
        }
    }

    @Test
    void aRemovedNodeGetsNoCertificate() throws Exception {
        KeyRig worker = swarm.join(NODE_ROLE_WORKER);
        X509Certificate last = certificate(worker);
        swarm.store.write(tx -> {
            tx.update(Blacklist.add(tx.cluster().orElseThrow(), swarm.node(worker), swarm.loops.now()));
            tx.delete(Kind.NODE, swarm.node(worker).getId());
        });

        swarm.loops.advance(Duration.ofMinutes(59));

        assertThat(certificate(worker)).isEqualTo(last);
        assertThat(swarm.cluster()
                        .containsBlacklistedCertificates(
                                worker.node.identity().orElseThrow().nodeId()))
                .isTrue();
    }

    @Test
    void theBlacklistForgetsAWeekAfterTheCertificatesEnd() throws Exception {
        KeyRig worker = swarm.join(NODE_ROLE_WORKER);
        Instant end = certificate(worker).getNotAfter().toInstant();
        var listed = Blacklist.add(swarm.cluster(), swarm.node(worker), swarm.loops.now());
        String id = swarm.node(worker).getId();

        var kept = Blacklist.add(listed, swarm.node(swarm.first), end.plus(Duration.ofDays(7)));
        assertThat(kept.containsBlacklistedCertificates(id)).isTrue();
        var purged = Blacklist.add(
                listed, swarm.node(swarm.first), end.plus(Duration.ofDays(7)).plusSeconds(1));
        assertThat(purged.containsBlacklistedCertificates(id)).isFalse();
    }

    @Test
    void theBlacklistRemembersTheCertificateThatEndsLast() throws Exception {
        KeyRig worker = swarm.join(NODE_ROLE_WORKER);
        life(Duration.ofDays(90));
        worker.node.renewSoon();
        swarm.loops.advance(Duration.ofSeconds(1));
        Instant end = certificate(worker).getNotAfter().toInstant();
        life(LIFE);
        for (int i = 0; i < 2; i++) {
            worker.node.renewSoon();
            swarm.loops.advance(Duration.ofMinutes(2));
        }
        assertThat(certificate(worker).getNotAfter().toInstant()).isBefore(end);

        var listed = Blacklist.add(swarm.cluster(), swarm.node(worker), swarm.loops.now());

        assertThat(blacklistedUntil(listed, swarm.node(worker).getId())).isEqualTo(end.plus(Duration.ofDays(7)));
    }

    @Test
    void theFirstNodesCertificateIsKnown() {
        Instant end = certificate(swarm.first).getNotAfter().toInstant();

        var listed = Blacklist.add(swarm.cluster(), swarm.node(swarm.first), swarm.loops.now());

        assertThat(blacklistedUntil(listed, SwarmRig.FIRST)).isEqualTo(end.plus(Duration.ofDays(7)));
    }

    private static Instant blacklistedUntil(Cluster cluster, String nodeId) {
        return Times.instant(cluster.getBlacklistedCertificatesOrThrow(nodeId).getExpiry());
    }

    private void life(Duration life) {
        swarm.changeCluster(cluster -> {
            var next = cluster.toBuilder();
            next.getSpecBuilder()
                    .getCaConfigBuilder()
                    .setNodeCertExpiry(com.google.protobuf.Duration.newBuilder().setSeconds(life.toSeconds()));
            return next.build();
        });
        swarm.loops.settle();
    }
}
