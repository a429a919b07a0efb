package org.skep.pki.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.RootRotation;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.KeyRules;
import org.skep.pki.x509.Roots;
import org.skep.protocol.RootCA;
import org.skep.store.testing.ManualLoops;

final class RenewalTimerTest {

    private final ManualLoops loops = new ManualLoops();
    private int attempts;

    /** As a manager issues it whose clock is so far behind. */
    private Credential credential(Duration behind) {
        try {
            RootCA root = RootRotation.found(loops.now().minus(Duration.ofDays(1)));
            KeyPair keys = KeyRules.generate();
            return new Credential(
                    Authority.of(root)
                            .issue(
                                    keys.getPublic(),
                                    new NodeIdentity("node", false, "swarm"),
                                    Duration.ofHours(1),
                                    loops.now().minus(behind)),
                    keys.getPrivate(),
                    Roots.of(root.getCaCert().toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void clocksThatDifferMakeNoLoop() {
        RenewalTimer[] timer = new RenewalTimer[1];
        timer[0] = new RenewalTimer(
                loops.open("test"),
                () -> Optional.of(credential(Duration.ofMinutes(50))),
                () -> {
                    attempts++;
                    timer[0].renewed();
                },
                new Random(1));
        timer[0].restart();
        loops.advance(Duration.ofMinutes(10));
        assertThat(attempts).isBetween(9, 11);
    }

    @Test
    void whoWasToldTwiceRenewsOnce() {
        Credential present = credential(Duration.ZERO);
        RenewalTimer timer =
                new RenewalTimer(loops.open("test"), () -> Optional.of(present), () -> attempts++, new Random(1));
        timer.restart();
        for (int i = 0; i < 10; i++) {
            timer.soon();
            loops.advance(Duration.ofMillis(100));
        }
        assertThat(attempts).isEqualTo(1);
    }

    @Test
    void failuresAreFollowedByLongerAndLongerPauses() {
        Credential expired = credential(Duration.ofHours(3));
        RenewalTimer timer = new RenewalTimer(
                loops.open("test"),
                () -> Optional.of(expired),
                () -> {
                    attempts++;
                    throw SkepException.external("UNREACHABLE", "nobody there", "", null);
                },
                new Random(1));
        timer.restart();
        loops.advance(Duration.ofMinutes(1));
        assertThat(attempts).as("after 0.5, 5, 10, 20 seconds").isEqualTo(4);
        loops.advance(Duration.ofHours(24));
        assertThat(attempts).as("once an hour in the end").isBetween(28, 38);
    }

    @Test
    void defectsDoNotEndRenewal() {
        Credential expired = credential(Duration.ofHours(3));
        RenewalTimer timer = new RenewalTimer(
                loops.open("test"),
                () -> Optional.of(expired),
                () -> {
                    attempts++;
                    throw new IllegalStateException("a defect");
                },
                new Random(1));
        timer.restart();
        loops.advance(Duration.ofMinutes(1));
        assertThat(attempts).as("after 0.5, 5, 10, 20 seconds").isEqualTo(4);
        timer.soon();
        loops.advance(Duration.ofSeconds(1));
        assertThat(attempts).as("told to").isEqualTo(5);
    }

    @Test
    void closedKeysAreLeftAlone() {
        Optional<?>[] present = {Optional.of(credential(Duration.ZERO))};
        RenewalTimer timer = new RenewalTimer(
                loops.open("test"), () -> present[0].map(Credential.class::cast), () -> attempts++, new Random(1));
        timer.restart();
        loops.settle();
        present[0] = Optional.empty();
        timer.restart();
        timer.soon();
        loops.advance(Duration.ofHours(2));
        assertThat(attempts).isZero();
    }
}
