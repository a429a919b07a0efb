package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;
import static org.skep.control.testing.Users.ANN;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.control.testing.FakeConsensus;

class ReadBarrierTest {

    private final Manager manager = Manager.leading();
    private final FakeConsensus consensus = new FakeConsensus("n");

    @BeforeEach
    void managers() {
        manager.access.bindConsensus(consensus);
    }

    @Test
    void whoLeadsMayRead() {
        assertThat(new LocalServices(manager.access, new Strategies()).list()).isEmpty();
        assertThat(consensus.asked()).isEqualTo(1);
    }

    @Test
    void aWriteNeedsNoProofOfItsOwn() {
        new LocalServices(manager.access, new Strategies()).create(Manager.spec("web"), ANN);

        assertThat(consensus.asked()).isZero();
    }

    @Test
    void whoDoesNotLeadMayNotRead() {
        consensus.barriers(() -> CompletableFuture.failedStage(SkepException.state("NO_LEADER", "does not lead", "")));

        assertRefused("NO_LEADER", "does not lead", () -> new LocalServices(manager.access, new Strategies()).list());
        assertRefused("NO_LEADER", "does not lead", () -> new LocalTasks(manager.access).list());
        assertRefused("NO_LEADER", "does not lead", () -> new LocalNodes(manager.access).get("self"));
        assertRefused(
                "NO_LEADER", "does not lead", () -> new LocalClusters(manager.access, new Rebalancing(manager.access))
                        .get());
    }

    @Test
    void aProofThatDoesNotComeIsNone() {
        consensus.barriers(CompletableFuture::new);

        assertRefused("NO_LEADER", "does not lead", () -> new LocalServices(manager.access, new Strategies()).list());
    }
}
