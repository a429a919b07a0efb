package org.skep.pki.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.protocol.NodeRole.NODE_ROLE_MANAGER;
import static org.skep.protocol.NodeRole.NODE_ROLE_WORKER;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeCredentials;
import org.skep.pki.JoinToken;
import org.skep.pki.NodeKeys;
import org.skep.pki.NodeKeys.State;
import org.skep.pki.RootRotation;
import org.skep.pki.UnlockKey;
import org.skep.pki.x509.Roots;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.NodeSpec.Availability;

final class EnrolmentTest {

    private static final String SECRET = "0123456789abcdefghijklmno";

    @TempDir
    Path directory;

    private SwarmRig swarm;

    @BeforeEach
    void start() {
        swarm = new SwarmRig(directory, Duration.ofHours(2160));
    }

    @AfterEach
    void stop() {
        swarm.close();
    }

    @Test
    void theTokenSaysWhichRole() throws Exception {
        KeyRig worker = swarm.join(NODE_ROLE_WORKER);
        KeyRig manager = swarm.join(NODE_ROLE_MANAGER);

        assertThat(worker.node.identity().orElseThrow().manager()).isFalse();
        assertThat(manager.node.identity().orElseThrow().manager()).isTrue();
        assertThat(swarm.node(worker).getCertificate().getStatus().getState()).isEqualTo(IssuanceStatus.State.ISSUED);
        assertThat(swarm.node(worker).getSpec().getDesiredRole()).isEqualTo(NODE_ROLE_WORKER);
        assertThat(swarm.node(manager).getRole()).isEqualTo(NODE_ROLE_MANAGER);
    }

    @Test
    void certificatesAreAsSwarmModeHasThem() throws Exception {
        KeyRig manager = swarm.join(NODE_ROLE_MANAGER);
        String id = manager.node.identity().orElseThrow().nodeId();
        X509Certificate certificate =
                manager.service(NodeCredentials.class).chain().get(0);

        assertThat(id).matches("[0-9a-z]{25}");
        assertThat(certificate.getSubjectX500Principal().getName())
                .isEqualTo("CN=" + id + ",OU=swarm-manager,O=" + SwarmRig.CLUSTER);
        assertThat(certificate.getIssuerX500Principal().getName()).isEqualTo("CN=swarm-ca");
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly("swarm-manager", id, "swarm-ca");
        assertThat(certificate.getKeyUsage()).startsWith(true, false, true, false, false, false);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
        Instant now = swarm.loops.now();
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(now.minus(Duration.ofHours(1)));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofHours(2160)));

        X509Certificate root = manager.service(NodeCredentials.class).roots().get(0);
        assertThat(root.getBasicConstraints()).isNotNegative();
        assertThat(root.getKeyUsage()).startsWith(false, false, false, false, false, true, true);
        assertThat(root.getCriticalExtensionOIDs()).contains("2.5.29.15", "2.5.29.19");
        assertThat(root.getNotAfter().toInstant()).isEqualTo(now.plusSeconds(630_720_000));
    }

    static Stream<String> malformed() {
        String digest = "0".repeat(50);
        return Stream.of(
                "",
                "hello",
                "SWMTKN-1-",
                "SWMTKN-1-" + digest,
                "SWMTKN-1-" + digest + "-",
                "SWMTKN-1-" + digest + "-" + SECRET.substring(1),
                "SWMTKN-1-" + digest + "-" + SECRET + "x",
                "SWMTKN-1-" + digest.substring(1) + "-" + SECRET,
                "SWMTKN-1-" + digest + "+" + SECRET,
                "SWMTKN-1-" + digest + "-" + SECRET.toUpperCase(Locale.ROOT),
                "SWMTKN-1-" + digest.substring(1) + "é-" + SECRET,
                "SWMTKN-2-0-" + digest + "-" + SECRET,
                "SWMTKN-3-" + digest + "-" + SECRET,
                "SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "docker swarm join --token SWMTKN-1-" + digest + "-" + SECRET);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatIsNoTokenIsSaidToBeNone(String token) {
        int calls = swarm.calls;
        refused(token, "INVALID_TOKEN", "invalid join token");
        assertThat(swarm.calls).as("nobody was asked").isEqualTo(calls);
    }

    @Test
    void aTokenOfAnotherSwarmIsFoundOutBeforeItIsShown() {
        String other = RootRotation.found(swarm.loops.now()).getJoinTokens().getWorker();
        int calls = swarm.calls;
        refused(other, "WRONG_CA", "not of the swarm that 10.0.0.1:2377 belongs to");
        assertThat(swarm.calls).as("only the root was asked for").isEqualTo(calls + 1);
    }

    @Test
    void aTokenThatWasReplacedIsRefused() {
        String old = swarm.token(NODE_ROLE_WORKER);
        swarm.changeCluster(cluster -> cluster.toBuilder()
                .setRootCa(cluster.getRootCa().toBuilder()
                        .setJoinTokens(
                                JoinToken.both(cluster.getRootCa().getCaCert().toByteArray())))
                .build());
        refused(old, "INVALID_TOKEN", "a valid join token is necessary");
    }

    @Test
    void whoCanOnlyBeAWorkerIsNotTakenUpAsAManager() throws Exception {
        int nodes = swarm.store.view().nodes().size();
        KeyRig rig = swarm.rig();
        assertThatThrownBy(() -> rig.node.join(
                        List.of(SwarmRig.LEADER), swarm.token(NODE_ROLE_MANAGER), Availability.ACTIVE, true))
                .extracting("code")
                .isEqualTo(NodeKeys.WORKER_ONLY);
        assertThat(swarm.store.view().nodes().size()).isEqualTo(nodes);
        assertThat(rig.node.state()).isEqualTo(State.ABSENT);

        rig.node.join(List.of(SwarmRig.LEADER), swarm.token(NODE_ROLE_WORKER), Availability.ACTIVE, true);
        assertThat(swarm.store.view().nodes().size()).isEqualTo(nodes + 1);
    }

    @Test
    void aManagerThatDoesNotAnswerIsNamed() {
        swarm.unreachable = true;
        Instant before = swarm.loops.now();
        refused(swarm.token(NODE_ROLE_WORKER), "UNREACHABLE", "10.0.0.1:2377");
        assertThat(Duration.between(before, swarm.loops.now())).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void aClockFarBehindIsSaidWithDates() throws Exception {
        KeyRig late = swarm.rig();
        swarm.first.node.close();
        swarm.loops.advance(Duration.ofSeconds(630_720_001));
        assertThatThrownBy(() -> late.node.join(
                        List.of(SwarmRig.LEADER), swarm.token(NODE_ROLE_WORKER), Availability.ACTIVE, false))
                .hasMessageContaining("CN=swarm-ca expired at 20")
                .extracting("code")
                .isEqualTo("UNREACHABLE");
    }

    private void refused(String token, String code, String message) {
        int nodes = swarm.store.view().nodes().size();
        KeyRig rig = swarm.rig();
        assertThatThrownBy(() -> rig.node.join(List.of(SwarmRig.LEADER), token, Availability.ACTIVE, false))
                .isInstanceOfSatisfying(SkepException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.line()).contains(message).doesNotContain("\n");
                    assertThat(e.line()).doesNotContain(token.isEmpty() ? "\n" : token);
                });
        assertThat(rig.node.state()).isEqualTo(State.ABSENT);
        assertThat(rig.services).isEmpty();
        assertThat(swarm.store.view().nodes().size()).isEqualTo(nodes);
    }

    @Test
    void manyWrongTokensAreRefusedUnseenForAMinute() throws Exception {
        String wrong = JoinToken.create(swarm.cluster().getRootCa().getCaCert().toByteArray())
                .text();
        for (int i = 0; i < 10; i++) {
            refused(wrong, "INVALID_TOKEN", "a valid join token is necessary");
        }
        refused(wrong, "TOO_MANY_ATTEMPTS", "too many attempts");
        refused(swarm.token(NODE_ROLE_WORKER), "TOO_MANY_ATTEMPTS", "too many attempts");

        swarm.loops.advance(Duration.ofMinutes(1));
        swarm.join(NODE_ROLE_WORKER);
    }

    @Test
    void anAnswerThatWasLostMakesNoSecondNode() throws Exception {
        KeyRig rig = swarm.rig();
        int before = swarm.store.view().nodes().size();
        // The certificate is issued, but the desk is gone when the node asks for it.
        rig.desks = new Desks() {
            private boolean failed;

            @Override
            public Stranger stranger(Endpoint manager) {
                Stranger stranger = swarm.stranger(manager);
                return new Stranger() {
                    @Override
                    public byte[] rootCertificate() throws InterruptedException {
                        return stranger.rootCertificate();
                    }

                    @Override
                    public Desk proven(Roots roots) {
                        Desk desk = stranger.proven(roots);
                        return failed ? desk : new FailingDesk(desk, () -> failed = true);
                    }

                    @Override
                    public void close() {
                        stranger.close();
                    }
                };
            }

            @Override
            public Desk as(Credential credential, Endpoint manager) {
                return swarm.as(credential, manager);
            }
        };
        rig.node.join(List.of(SwarmRig.LEADER), swarm.token(NODE_ROLE_WORKER), Availability.ACTIVE, false);

        assertThat(swarm.store.view().nodes().size()).isEqualTo(before + 1);
    }

    @Test
    void aManagerOfALockedSwarmIsNeverOpenOnDisk(@TempDir Path other) throws Exception {
        UnlockKey key = UnlockKey.random();
        try (SwarmRig locked = new SwarmRig(other, Duration.ofHours(2160), Optional.of(key))) {
            KeyRig manager = locked.join(NODE_ROLE_MANAGER);
            assertThat(manager.node.state()).isEqualTo(State.LOCKED);
            manager.node.close();
            manager.node.unlock(key.text());

            KeyRig worker = locked.join(NODE_ROLE_WORKER);
            assertThat(worker.node.state()).isEqualTo(State.OPENABLE);
        }
    }
}
