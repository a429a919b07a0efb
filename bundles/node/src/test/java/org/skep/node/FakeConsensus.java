package org.skep.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.skep.store.Consensus;

/** A group whose members a test moves about. */
final class FakeConsensus implements Consensus {

    private final String self;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final List<Consumer<Status>> followers = new CopyOnWriteArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private CompletableFuture<Void> held;
    private RuntimeException failure;
    private String leader;

    FakeConsensus(String self) {
        this.self = self;
        this.leader = self;
    }

    synchronized void member(String nodeId, boolean voter, boolean reachable) {
        members.put(nodeId, new Member(nodeId, voter, reachable, 0));
        tell();
    }

    synchronized void leader(String nodeId) {
        leader = nodeId;
        tell();
    }

    /** Changes wait for {@link #release}. */
    synchronized void hold() {
        held = new CompletableFuture<>();
    }

    void release() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            waiting = held;
            held = null;
        }
        waiting.complete(null);
    }

    /** Changes fail from now on; null ends it. */
    synchronized void fail(RuntimeException next) {
        failure = next;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    private void tell() {
        followers.forEach(follower -> follower.accept(status()));
    }

    @Override
    public synchronized Status status() {
        boolean voter =
                Optional.ofNullable(members.get(self)).filter(Member::voter).isPresent();
        return new Status(self, voter, Optional.ofNullable(leader), 1, 1, 1, List.copyOf(members.values()));
    }

    @Override
    public Follower follow(Consumer<Status> listener) {
        followers.add(listener);
        return () -> followers.remove(listener);
    }

    @Override
    public CompletionStage<Void> barrier() {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> add(String nodeId, Duration patience) {
        return change("add " + nodeId, () -> member(nodeId, true, true));
    }

    @Override
    public CompletionStage<Void> remove(String nodeId) {
        return change("remove " + nodeId, () -> {
            synchronized (this) {
                members.computeIfPresent(nodeId, (id, member) -> new Member(id, false, member.reachable(), 0));
            }
            tell();
        });
    }

    private synchronized CompletionStage<Void> change(String call, Runnable effect) {
        calls.add(call);
        if (failure != null) {
            return CompletableFuture.failedStage(failure);
        }
        if (held != null) {
            return held.thenRun(effect);
        }
        effect.run();
        return CompletableFuture.completedStage(null);
    }
}
