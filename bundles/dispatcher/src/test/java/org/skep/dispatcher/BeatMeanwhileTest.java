package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.skep.protocol.NodeStatus.State;

/** Heartbeats come on threads of their own, so also between two steps of a look at who is silent. */
class BeatMeanwhileTest extends RemoteNodes {

    @Test
    void aBeatThatComesWhileTheLeaderLooksIsNoSilence() {
        RemoteWorker worker = open(daemon());
        beatFor(worker, Duration.ofMinutes(1));
        consensus.meanwhile = () -> {
            consensus.meanwhile = () -> {};
            loops.stall(Duration.ofMillis(700));
            worker.beat();
        };

        loops.advance(Duration.ofSeconds(1));

        assertThat(node("n3").getStatus().getState()).isEqualTo(State.READY);
    }
}
