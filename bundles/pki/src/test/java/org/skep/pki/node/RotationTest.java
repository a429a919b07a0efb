package org.skep.pki.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.protocol.NodeRole.NODE_ROLE_MANAGER;
import static org.skep.protocol.NodeRole.NODE_ROLE_WORKER;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;
import org.skep.api.node.NodeCredentials;
import org.skep.pki.RootRotation;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.Pem;
import org.skep.pki.x509.Roots;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeTLSInfo;
import org.skep.protocol.RootCA;
import org.skep.protocol.TrustedRoots;

final class RotationTest {

    @TempDir
    Path directory;

    private SwarmRig swarm;
    private final List<KeyRig> present = new ArrayList<>();

    @BeforeEach
    void start() {
        swarm = new SwarmRig(directory, Duration.ofHours(2160));
        present.add(swarm.first);
    }

    @AfterEach
    void stop() {
        swarm.close();
    }

    private KeyRig join(NodeRole role) throws InterruptedException {
        KeyRig node = swarm.join(role);
        present.add(node);
        return node;
    }

    private void rotate() {
        swarm.changeCluster(cluster -> cluster.toBuilder()
                .setRootCa(RootRotation.begin(cluster.getRootCa(), swarm.loops.now()))
                .build());
        swarm.loops.settle();
    }

    /** What the sessions of the nodes that are there would do. */
    private void sessions() {
        swarm.loops.settle();
        for (KeyRig rig : present) {
            Node node = swarm.node(rig);
            rig.node.trust(TrustedRoots.of(swarm.cluster().getRootCa()).toByteArray());
            if (node.getCertificate().getStatus().getState() == IssuanceStatus.State.ROTATE) {
                rig.node.renewSoon();
            }
        }
        swarm.loops.advance(Duration.ofSeconds(1));
        for (KeyRig rig : present) {
            swarm.changeNode(rig, node -> node.toBuilder()
                    .setDescription(node.getDescription().toBuilder().setTlsInfo(told(rig)))
                    .build());
        }
    }

    /** What a node says in its description. */
    private static NodeTLSInfo told(KeyRig rig) {
        NodeCredentials credentials = rig.service(NodeCredentials.class);
        X509Certificate own = credentials.chain().get(0);
        X509Certificate issuer = Stream.concat(
                        credentials.roots().stream(),
                        credentials.chain().stream().skip(1))
                .filter(candidate -> Roots.issued(candidate, own))
                .findFirst()
                .orElseThrow();
        return NodeTLSInfo.newBuilder()
                .setCertIssuerPublicKey(
                        ByteString.copyFrom(issuer.getPublicKey().getEncoded()))
                .build();
    }

    private void sessions(Duration duration) {
        for (long second = 0; second < duration.toSeconds(); second++) {
            sessions();
            allTrustEachOther();
        }
    }

    private void allTrustEachOther() {
        for (KeyRig one : present) {
            for (KeyRig other : present) {
                X509Certificate[] chain =
                        other.service(NodeCredentials.class).chain().toArray(X509Certificate[]::new);
                try {
                    one.service(NodeCredentials.class).trustManager(peer -> {}).checkClientTrusted(chain, "UNKNOWN");
                } catch (CertificateException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private boolean underWay() {
        return swarm.cluster().getRootCa().hasRootRotation();
    }

    @Test
    void allNodesMoveToTheNewRoot() throws Exception {
        KeyRig worker = join(NODE_ROLE_WORKER);
        KeyRig manager = join(NODE_ROLE_MANAGER);
        swarm.manage(manager);
        RootCA before = swarm.cluster().getRootCa();

        rotate();
        assertThat(underWay()).isTrue();
        sessions(Duration.ofSeconds(10));

        RootCA after = swarm.cluster().getRootCa();
        assertThat(underWay()).isFalse();
        assertThat(after.getCaCert()).isNotEqualTo(before.getCaCert());
        assertThat(after.getCaCertHash()).isNotEqualTo(before.getCaCertHash());
        assertThat(after.getJoinTokens().getWorker())
                .isNotEqualTo(before.getJoinTokens().getWorker());
        for (KeyRig node : List.of(swarm.first, worker, manager)) {
            assertThat(node.service(NodeCredentials.class).roots())
                    .isEqualTo(Pem.certificates(after.getCaCert().toByteArray()));
            node.node.close();
            node.node.open();
        }
        KeyRig late = swarm.rig();
        assertThatThrownBy(() -> late.node.join(
                        List.of(SwarmRig.LEADER), before.getJoinTokens().getWorker(), Availability.ACTIVE, false))
                .extracting("code")
                .isEqualTo("WRONG_CA");
        join(NODE_ROLE_WORKER);
        allTrustEachOther();
    }

    @Test
    void oneMayJoinMeanwhileWithTheOldToken() throws Exception {
        KeyRig worker = join(NODE_ROLE_WORKER);
        present.remove(worker);
        rotate();
        sessions(Duration.ofSeconds(5));

        KeyRig late = join(NODE_ROLE_WORKER);
        assertThat(late.service(NodeCredentials.class).chain())
                .as("with the way to the old root")
                .hasSize(2);
        present.add(worker);
        sessions(Duration.ofSeconds(65));
        assertThat(underWay()).isFalse();
    }

    /** It has never heard of the new root, but the way there came with its certificate. */
    @Test
    void whoJoinedMeanwhileAndMissedTheEndIsNotLockedOut() throws Exception {
        KeyRig worker = join(NODE_ROLE_WORKER);
        present.remove(worker);
        rotate();
        sessions(Duration.ofSeconds(5));
        KeyRig late = swarm.join(NODE_ROLE_WORKER);
        present.add(worker);
        sessions(Duration.ofSeconds(65));
        assertThat(underWay()).isFalse();
        swarm.first.node.renewSoon();
        swarm.loops.advance(Duration.ofSeconds(1));
        assertThat(swarm.first.service(NodeCredentials.class).chain()).hasSize(1);

        present.add(late);
        allTrustEachOther();
        sessions(Duration.ofSeconds(1));
        assertThat(late.service(NodeCredentials.class).roots())
                .isEqualTo(swarm.first.service(NodeCredentials.class).roots());
    }

    @Test
    void aNodeThatIsAwayHoldsItUpAndComesBack() throws Exception {
        KeyRig away = join(NODE_ROLE_WORKER);
        present.remove(away);
        rotate();
        sessions(Duration.ofSeconds(120));
        assertThat(underWay()).isTrue();
        assertThat(RootRotation.isDone(swarm.cluster().getRootCa(), swarm.node(swarm.first)))
                .isTrue();
        assertThat(RootRotation.isDone(swarm.cluster().getRootCa(), swarm.node(away)))
                .isFalse();

        present.add(away);
        sessions(Duration.ofSeconds(65));
        assertThat(underWay()).isFalse();
        allTrustEachOther();
    }

    @Test
    void aNodeThatGotItsCertificateButDidNotKeepItHoldsItUp() throws Exception {
        KeyRig node = join(NODE_ROLE_WORKER);
        sessions();
        rotate();
        // The managers have signed; the node has died before it wrote that down.
        Desk desk = swarm.as(credential(node), SwarmRig.LEADER);
        new Issuance(swarm.loops.clock(), swarm.loops::advance)
                .at(desk, base(), credential(node).roots());
        present.remove(node);
        sessions(Duration.ofSeconds(60));
        assertThat(underWay()).isTrue();

        present.add(node);
        sessions(Duration.ofSeconds(130));
        assertThat(underWay()).isFalse();
        allTrustEachOther();
    }

    private static IssueNodeCertificateRequest base() {
        return IssueNodeCertificateRequest.getDefaultInstance();
    }

    private static Credential credential(KeyRig rig) {
        return ((LiveCredentials) rig.service(NodeCredentials.class)).credential();
    }

    @Test
    void itCanBeBegunOverAndTakenBack() throws Exception {
        KeyRig away = join(NODE_ROLE_WORKER);
        present.remove(away);
        RootCA old = swarm.cluster().getRootCa();
        rotate();
        sessions(Duration.ofSeconds(5));
        rotate();
        sessions(Duration.ofSeconds(70));
        allTrustEachOther();

        swarm.changeCluster(cluster -> cluster.toBuilder()
                .setRootCa(RootRotation.begin(
                        cluster.getRootCa(),
                        old.getCaCert().toStringUtf8(),
                        old.getCaKey().toStringUtf8(),
                        swarm.loops.now()))
                .build());
        assertThat(underWay()).isFalse();
        assertThat(swarm.cluster().getRootCa()).isEqualTo(old);
        present.add(away);
        sessions(Duration.ofSeconds(5));
        allTrustEachOther();
    }

    @Test
    void onlyThirtyNodesAtATimeAreAsked() throws Exception {
        for (int i = 0; i < 40; i++) {
            swarm.join(NODE_ROLE_WORKER).node.close();
        }
        rotate();
        assertThat(asked()).isEqualTo(30);
        swarm.loops.advance(Duration.ofMillis(2900));
        assertThat(asked()).isLessThanOrEqualTo(30);
        swarm.loops.advance(Duration.ofSeconds(1));
        assertThat(asked()).isEqualTo(41);
    }

    private long asked() {
        return swarm.store.view().nodes().all().stream()
                .filter(node -> node.getCertificate().getStatus().getState() == IssuanceStatus.State.ROTATE)
                .count();
    }

    @Test
    void theOperatorMayBringTheRoot() throws Exception {
        Authority own = Authority.create(swarm.loops.now());
        swarm.changeCluster(cluster -> cluster.toBuilder()
                .setRootCa(
                        RootRotation.begin(cluster.getRootCa(), text(own.certificate()), key(own), swarm.loops.now()))
                .build());
        sessions(Duration.ofSeconds(10));
        assertThat(underWay()).isFalse();
        assertThat(Pem.certificates(swarm.cluster().getRootCa().getCaCert().toByteArray()))
                .containsExactly(own.certificate());
    }

    private static String text(X509Certificate... certificates) {
        return ByteString.copyFrom(Pem.of(List.of(certificates))).toStringUtf8();
    }

    private static String key(Authority authority) {
        return ByteString.copyFrom(Pem.of(authority.key())).toStringUtf8();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no key",
                "no certificate",
                "garbage",
                "two",
                "present root",
                "another key",
                "a key that is none",
                "leaf",
                "expires soon",
                "begins tomorrow"
            })
    void whatIsNoRootIsRefusedInOneLine(String flaw) {
        RootCA root = swarm.cluster().getRootCa();
        Authority own = Authority.create(swarm.loops.now());
        Authority other = Authority.create(swarm.loops.now());
        Authority soon = Authority.create(swarm.loops.now().minusSeconds(630_720_000 - 86_400L * 300));
        Authority tomorrow = Authority.create(swarm.loops.now().plus(Duration.ofDays(1)));
        String certificate =
                switch (flaw) {
                    case "no certificate" -> "";
                    case "garbage" -> "-----BEGIN CERTIFICATE-----\nhello\n-----END CERTIFICATE-----\n";
                    case "two" -> text(own.certificate(), other.certificate());
                    case "present root" -> root.getCaCert().toStringUtf8();
                    case "leaf" -> text(certificateOfFirst());
                    case "expires soon" -> text(soon.certificate());
                    case "begins tomorrow" -> text(tomorrow.certificate());
                    default -> text(own.certificate());
                };
        String key =
                switch (flaw) {
                    case "no key" -> "";
                    case "present root" -> root.getCaKey().toStringUtf8();
                    case "another key" -> key(other);
                    case "a key that is none" -> "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
                    case "expires soon" -> key(soon);
                    case "begins tomorrow" -> key(tomorrow);
                    default -> key(own);
                };
        assertThatThrownBy(() -> RootRotation.begin(root, certificate, key, swarm.loops.now()))
                .isInstanceOfSatisfying(SkepException.class, e -> {
                    assertThat(e.code()).isEqualTo("INVALID_CA");
                    assertThat(e.line()).doesNotContain("\n");
                });
    }

    private X509Certificate certificateOfFirst() {
        return swarm.first.service(NodeCredentials.class).chain().get(0);
    }
}
