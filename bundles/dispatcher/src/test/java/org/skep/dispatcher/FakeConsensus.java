package org.skep.dispatcher;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.skep.store.Consensus;

/** Managers that are as reachable as a test says. */
final class FakeConsensus implements Consensus {

    List<Member> members = List.of();

    /** What happens whenever somebody asks. */
    Runnable meanwhile = () -> {};

    @Override
    public Status status() {
        meanwhile.run();
        return new Status("n1", true, Optional.of("n1"), 1, 1, 1, members);
    }

    @Override
    public Follower follow(Consumer<Status> listener) {
        return () -> {};
    }

    @Override
    public CompletionStage<Void> barrier() {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> add(String nodeId, Duration patience) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> remove(String nodeId) {
        return CompletableFuture.completedStage(null);
    }
}
