package org.skep.rpc.testing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.skep.store.Consensus;

/** Consensus whose leader a test names. */
public final class TestConsensus implements Consensus {

    private final String self;
    private final List<Consumer<Status>> followers = new CopyOnWriteArrayList<>();
    private volatile Optional<String> leader = Optional.empty();

    public TestConsensus(String self) {
        this.self = self;
    }

    public void lead(String nodeId) {
        leader = Optional.of(nodeId);
        followers.forEach(follower -> follower.accept(status()));
    }

    @Override
    public Status status() {
        return new Status(self, true, leader, 1, 0, 0, List.of());
    }

    @Override
    public Follower follow(Consumer<Status> listener) {
        followers.add(listener);
        return () -> followers.remove(listener);
    }

    @Override
    public CompletionStage<Void> barrier() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> add(String nodeId, Duration patience) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> remove(String nodeId) {
        throw new UnsupportedOperationException();
    }
}
