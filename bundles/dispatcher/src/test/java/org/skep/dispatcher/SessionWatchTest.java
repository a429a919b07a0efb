package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.SessionMessage;

class SessionWatchTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SessionWatch watch = new SessionWatch();
    private final NodeSession session = new NodeSession(
            "n1",
            new Origin("i", "", "", false),
            NodeDescription.getDefaultInstance(),
            new LocalOutlet<SessionMessage>(message -> {}, ending -> {}),
            START);

    @Test
    void silenceIsTheTimeSinceTheNodeWasHeard() {
        look(0, 500, 1000);
        session.heard(at(700));
        look(1500);
        assertThat(silence(1500)).isEqualTo(Duration.ofMillis(800));
    }

    @Test
    void aNewLeaderHasHeardNobodyBefore() {
        look(10_000);
        assertThat(silence(10_400)).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void aLeaderThatWasHeldUpExcusesEverybody() {
        look(0, 500, 9_000);
        assertThat(silence(9_000)).isZero();
        look(9_500);
        assertThat(silence(9_500)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void aClockThatJumpsIsNobodysSilence() {
        look(0, 500, 3_600_000, 3_600_500);
        assertThat(silence(3_600_500)).isEqualTo(Duration.ofMillis(500));
        session.heard(at(3_600_600));
        look(1_000, 1_500);
        assertThat(silence(1_500)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void aClockThatIsSetBackALittleMakesNobodySilent() {
        look(0, 500, 1_000, 3_600_000);
        look(3_600_500, 3_601_000);
        session.heard(at(3_601_300));
        look(3_601_200);
        assertThat(silence(3_601_200)).isZero();
        look(3_601_700);
        assertThat(silence(3_601_700)).isEqualTo(Duration.ofMillis(400));
    }

    private void look(long... millis) {
        for (long moment : millis) {
            watch.look(at(moment));
        }
    }

    private Duration silence(long millis) {
        return watch.since(session.lastHeard(), at(millis));
    }

    private static Instant at(long millis) {
        return START.plusMillis(millis);
    }
}
