package org.skep.control.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.skep.store.Consensus;

/** Consensus as a test wants it to be. Barriers pass at once unless {@link #barriers} says otherwise. */
public final class FakeConsensus implements Consensus {

    private final List<Consumer<Status>> followers = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Status status;
    private volatile Supplier<CompletionStage<Void>> barriers = () -> CompletableFuture.completedFuture(null);

    /** This manager is {@code self}, and leads itself alone. */
    public FakeConsensus(String self) {
        status = new Status(self, true, Optional.of(self), 1, 10, 10, List.of(new Member(self, true, true, 10)));
    }

    /** Who takes part from now on. */
    public FakeConsensus members(Member... members) {
        return become(new Status(
                status.self(),
                status.voter(),
                status.leader(),
                status.term(),
                status.commitIndex(),
                status.appliedIndex(),
                List.of(members)));
    }

    /** One more member. */
    public FakeConsensus with(String nodeId, boolean voter, boolean reachable) {
        List<Member> members = new ArrayList<>(status.members());
        members.add(new Member(nodeId, voter, reachable, 10));
        return members(members.toArray(Member[]::new));
    }

    /** Who leads from now on. */
    public FakeConsensus led(Optional<String> leader) {
        return become(new Status(
                status.self(),
                status.voter(),
                leader,
                status.term() + 1,
                status.commitIndex(),
                status.appliedIndex(),
                status.members()));
    }

    /** What barriers do from now on. */
    public void barriers(Supplier<CompletionStage<Void>> next) {
        barriers = next;
    }

    /** How many barriers were asked for. */
    public int asked() {
        return asked.get();
    }

    /** How many follow it. */
    public int followed() {
        return followers.size();
    }

    private FakeConsensus become(Status next) {
        status = next;
        followers.forEach(follower -> follower.accept(next));
        return this;
    }

    @Override
    public Status status() {
        return status;
    }

    @Override
    public Follower follow(Consumer<Status> listener) {
        followers.add(listener);
        return () -> followers.remove(listener);
    }

    @Override
    public CompletionStage<Void> barrier() {
        asked.incrementAndGet();
        return barriers.get();
    }

    @Override
    public CompletionStage<Void> add(String nodeId, Duration patience) {
        throw new AssertionError("control must not add members");
    }

    @Override
    public CompletionStage<Void> remove(String nodeId) {
        throw new AssertionError("control must not remove members");
    }
}
