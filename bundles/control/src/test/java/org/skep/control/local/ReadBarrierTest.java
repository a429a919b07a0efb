package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.control.testing.FakeConsensus;

class ReadBarrierTest {

    private final FakeConsensus consensus = new FakeConsensus("n");
    private final LinkedBlockingQueue<CompletableFuture<Void>> proofs = new LinkedBlockingQueue<>();

    private void proveLater() {
        consensus.barriers(() -> {
            CompletableFuture<Void> proof = new CompletableFuture<>();
            proofs.add(proof);
            return proof;
        });
    }

    private CompletableFuture<Void> proof() throws InterruptedException {
        CompletableFuture<Void> proof = proofs.poll(10, TimeUnit.SECONDS);
        assertThat(proof).isNotNull();
        return proof;
    }

    @Test
    void readsThatComeMeanwhileShareTheNextProof() throws Exception {
        proveLater();
        ReadBarrier barrier = new ReadBarrier(Duration.ofSeconds(10));
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> barrier.pass(consensus));
        CompletableFuture<Void> proof = proof();
        List<Thread> readers = new ArrayList<>();
        List<CompletableFuture<Void>> later = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                barrier.pass(consensus);
                done.complete(null);
            });
            reader.start();
            readers.add(reader);
            later.add(done);
        }
        while (readers.stream().anyMatch(reader -> reader.getState() != Thread.State.TIMED_WAITING)) {
            Thread.onSpinWait();
        }

        proof.complete(null);
        first.get(10, TimeUnit.SECONDS);
        assertThat(later).noneMatch(CompletableFuture::isDone);

        proof().complete(null);
        for (CompletableFuture<Void> done : later) {
            done.get(10, TimeUnit.SECONDS);
        }
        assertThat(consensus.asked()).isEqualTo(2);
    }

    @Test
    void whoDoesNotLeadMayNotRead() {
        Manager manager = Manager.leading();
        manager.access.bindConsensus(consensus);
        assertThat(new LocalServices(manager.access).list()).isEmpty();
        consensus.barriers(() -> CompletableFuture.failedStage(SkepException.state("NO_LEADER", "does not lead", "")));

        assertRefused("NO_LEADER", "does not lead", () -> new LocalServices(manager.access).list());
        assertRefused("NO_LEADER", "does not lead", () -> new LocalTasks(manager.access).list());
        assertRefused("NO_LEADER", "does not lead", () -> new LocalNodes(manager.access).get("self"));
        assertRefused("NO_LEADER", "does not lead", () -> new LocalClusters(manager.access).get());
    }

    @Test
    void aProofThatDoesNotComeIsNone() {
        proveLater();

        assertRefused("NO_LEADER", "does not lead", () -> new ReadBarrier(Duration.ofMillis(20)).pass(consensus));
    }
}
