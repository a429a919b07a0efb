package org.skep.pki.node;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.RootRotation;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.KeyRules;
import org.skep.pki.x509.Roots;
import org.skep.protocol.RootCA;

final class FirstSightTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final RootCA ours = RootRotation.found(NOW.minus(Duration.ofDays(10)));
    private final RootCA foreign = RootRotation.found(NOW.minus(Duration.ofDays(10)));
    private final FirstSight trust = new FirstSight(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void whoWasSeenIsHeldToTheRoots() throws Exception {
        see(ours);
        assertThatCode(() -> trust.trust(roots())).doesNotThrowAnyException();

        FirstSight other = new FirstSight(Clock.fixed(NOW, ZoneOffset.UTC));
        see(other, foreign, NOW);
        assertThatThrownBy(() -> other.trust(roots())).isInstanceOf(CertificateException.class);
    }

    @Test
    void nobodyStepsInBeforeTheRootsAreKnown() throws Exception {
        see(ours);
        see(foreign);
        see(ours);
        assertThatThrownBy(() -> trust.trust(roots())).isInstanceOf(CertificateException.class);
    }

    @Test
    void nobodyStepsInAfterwards() throws Exception {
        see(ours);
        trust.trust(roots());

        assertThatThrownBy(() -> see(foreign)).isInstanceOf(CertificateException.class);
        see(ours);
    }

    @Test
    void anExpiredManagerIsFoundOut() throws Exception {
        see(trust, ours, NOW.minus(Duration.ofDays(2)));
        assertThatThrownBy(() -> trust.trust(roots())).hasMessageContaining("expired at");
    }

    private Roots roots() throws CertificateException {
        return Roots.of(ours.getCaCert().toByteArray());
    }

    private void see(RootCA issuer) throws Exception {
        see(trust, issuer, NOW);
    }

    private static void see(FirstSight by, RootCA issuer, Instant when) throws Exception {
        KeyPair keys = KeyRules.generate();
        X509Certificate[] chain = Authority.of(issuer)
                .issue(keys.getPublic(), new NodeIdentity("manager", true, "swarm"), Duration.ofHours(2), when)
                .toArray(X509Certificate[]::new);
        by.checkServerTrusted(chain, "UNKNOWN", SSLContext.getDefault().createSSLEngine());
    }
}
