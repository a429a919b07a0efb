package org.skep.pki.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.skep.api.node.NodeCredentials.PeerCheck;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.JoinToken;
import org.skep.pki.RootRotation;
import org.skep.pki.UnlockKey;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.KeyRules;
import org.skep.pki.x509.Pem;
import org.skep.pki.x509.Roots;
import org.skep.protocol.RootCA;
import org.skep.protocol.TrustedRoots;

final class TrustTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Duration LIFE = Duration.ofHours(2);
    private static final PeerCheck ANYONE = peer -> {};

    private final RootCA root = RootRotation.found(NOW.minus(Duration.ofDays(10)));
    private final LiveCredentials own = credentials(root, "own", "swarm", NOW);

    private static LiveCredentials credentials(RootCA root, String node, String cluster, Instant when) {
        try {
            KeyPair keys = KeyRules.generate();
            return new LiveCredentials(
                    new Credential(
                            Authority.of(root)
                                    .issue(keys.getPublic(), new NodeIdentity(node, true, cluster), LIFE, when),
                            keys.getPrivate(),
                            Roots.of(TrustedRoots.of(root).toByteArray())),
                    CLOCK);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void meet(LiveCredentials peer) throws CertificateException {
        own.trustManager(ANYONE).checkClientTrusted(peer.chain().toArray(X509Certificate[]::new), "UNKNOWN");
    }

    @Test
    void anotherNodeOfTheSwarmIsTrusted() {
        assertThatCode(() -> meet(credentials(root, "other", "swarm", NOW))).doesNotThrowAnyException();
    }

    @Test
    void theLastWordIsTheCheckers() {
        List<NodeIdentity> seen = new ArrayList<>();
        X509Certificate[] chain =
                credentials(root, "other", "swarm", NOW).chain().toArray(X509Certificate[]::new);
        assertThatThrownBy(() -> own.trustManager(peer -> {
                            seen.add(peer);
                            throw new CertificateException("not you");
                        })
                        .checkServerTrusted(chain, "UNKNOWN"))
                .hasMessage("not you");
        assertThat(seen).containsExactly(new NodeIdentity("other", true, "swarm"));
    }

    @Test
    void strangersAreNot() {
        RootCA foreign = RootRotation.found(NOW.minus(Duration.ofDays(10)));
        assertThatThrownBy(() -> meet(credentials(foreign, "other", "swarm", NOW)))
                .hasMessageContaining("no root CA trusted here has issued the certificate of CN=other");
        assertThatThrownBy(() -> meet(credentials(root, "other", "another", NOW)))
                .hasMessage("node other belongs to another swarm");
    }

    @Test
    void timeCounts() {
        assertThatThrownBy(() -> meet(credentials(root, "other", "swarm", NOW.minus(Duration.ofHours(3)))))
                .hasMessageContaining("expired at 2026-05-31T23:00:00Z, and it is 2026-06-01T00:00:00Z");
        assertThatThrownBy(() -> meet(credentials(root, "other", "swarm", NOW.plus(Duration.ofHours(2)))))
                .hasMessageContaining("is not valid before 2026-06-01T01:00:00Z, and it is 2026-06-01T00:00:00Z");
        assertThatCode(() -> meet(credentials(root, "other", "swarm", NOW.plus(Duration.ofHours(1)))))
                .as("clocks may differ by an hour")
                .doesNotThrowAnyException();
        assertThatCode(() -> meet(credentials(root, "other", "swarm", NOW.minus(Duration.ofHours(1)))))
                .doesNotThrowAnyException();
    }

    @Test
    void theRootItselfIsNoNode() throws Exception {
        X509Certificate certificate =
                Roots.of(root.getCaCert().toByteArray()).certificates().get(0);
        assertThatThrownBy(() ->
                        own.trustManager(ANYONE).checkClientTrusted(new X509Certificate[] {certificate}, "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
    }

    /** A node could sign for others with its own key, if it were taken for a CA. */
    @Test
    void aNodeIsNoAuthority() throws Exception {
        LiveCredentials forger = credentials(root, "forger", "swarm", NOW);
        Authority forged =
                Authority.of(Pem.of(forger.chain()), Pem.of(forger.credential().key()));
        List<X509Certificate> chain = new ArrayList<>(
                forged.issue(KeyRules.generate().getPublic(), new NodeIdentity("victim", true, "swarm"), LIFE, NOW));
        chain.addAll(forger.chain());
        assertThatThrownBy(() ->
                        own.trustManager(ANYONE).checkClientTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN"))
                .isInstanceOf(CertificateException.class);
    }

    /** A handshake asks for name, chain and key one after the other. */
    @Test
    void aHandshakeDoesNotMixTwoCertificates() {
        var keyManager = own.keyManager();
        String alias = keyManager.chooseEngineServerAlias("EC", null, null);
        X509Certificate[] chain = keyManager.getCertificateChain(alias);
        own.replace(credentials(root, "own", "swarm", NOW).credential());

        assertThat(KeyRules.fit(chain[0].getPublicKey(), keyManager.getPrivateKey(alias)))
                .isTrue();
        String next = keyManager.chooseEngineServerAlias("EC", null, null);
        assertThat(keyManager.getCertificateChain(next)[0]).isNotEqualTo(chain[0]);
        assertThat(keyManager.chooseEngineServerAlias("RSA", null, null)).isNull();
    }

    @Test
    void followersHearOfEachChangeUntilTheyLeave() {
        List<String> heard = new ArrayList<>();
        var follower = own.follow(() -> heard.add(own.identity().nodeId()));
        own.replace(credentials(root, "again", "swarm", NOW).credential());
        follower.close();
        own.replace(credentials(root, "later", "swarm", NOW).credential());
        assertThat(heard).containsExactly("again");
    }

    @Test
    void secretsStayOutOfDescriptions() {
        OpenKeys keys = new OpenKeys(own.credential(), AesStateCipher.randomKey(), Optional.of(UnlockKey.random()), 7);
        assertThat(keys.toString()).isEqualTo("OpenKeys[NodeIdentity[nodeId=own, manager=true, clusterId=swarm]]");
        assertThat(UnlockKey.random()).hasToString("UnlockKey[]");
        assertThat(JoinToken.create(new byte[0])).hasToString("JoinToken[]");
    }
}
