package org.skep.rpc.server;

import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.store.Consensus;

/** Where the leader is, for those who wait for it and those who depend on it. Safe for use from any thread. */
final class Leaders implements AutoCloseable {

    /** How often to look for an address that is not known yet. */
    private static final long LOOK_MILLIS = 100;

    private static final SkepException NONE = SkepException.state(
            "NO_LEADER",
            "the swarm has no leader: too few managers may be in touch with each other",
            "more than half of the managers must be up and reach each other");

    private final EventExecutorGroup timers;
    private final Function<String, Optional<Endpoint>> addresses;
    private final Duration patience;
    private final List<Waiting> waiting = new ArrayList<>();
    private final Set<Consumer<String>> dependants = new HashSet<>();
    private Consensus consensus;
    private Consensus.Follower follower;
    private boolean closed;

    /** @param nodeId which may be this manager's own: then there is nowhere to pass a call on to */
    record Leader(String nodeId, boolean self, Endpoint address) {}

    private record Waiting(CompletableFuture<Leader> answer, Future<?> limit) {}

    /**
     * @param addresses of managers by node ID
     * @param patience how long to wait for a leader
     */
    Leaders(EventExecutorGroup timers, Function<String, Optional<Endpoint>> addresses, Duration patience) {
        this.timers = timers;
        this.addresses = addresses;
        this.patience = patience;
    }

    /** Consensus is there. */
    void consensus(Consensus present) {
        Consensus.Follower following = present.follow(status -> changed());
        Consensus.Follower before;
        synchronized (this) {
            before = follower;
            follower = following;
            consensus = present;
        }
        if (before != null) {
            before.close();
        }
        changed();
    }

    /** Consensus has gone. */
    void withoutConsensus(Consensus past) {
        Consensus.Follower before;
        synchronized (this) {
            if (consensus != past) {
                return;
            }
            before = follower;
            follower = null;
            consensus = null;
        }
        before.close();
    }

    /** Until when a call that begins now is to wait for a leader, as {@link System#nanoTime} has it. */
    long deadline() {
        return System.nanoTime() + patience.toNanos();
    }

    /** Does something a little later; false if that would be too late. */
    boolean soon(long deadline, Runnable step) {
        if (deadline - System.nanoTime() < TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
            return false;
        }
        timers.schedule(step, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return true;
    }

    /** The leader, once there is one; fails with {@code NO_LEADER} if there is none by then. */
    CompletionStage<Leader> leader(long deadline) {
        CompletableFuture<Leader> answer = new CompletableFuture<>();
        synchronized (this) {
            Optional<Leader> present = present();
            if (present.isPresent()) {
                return CompletableFuture.completedFuture(present.get());
            }
            if (closed) {
                return CompletableFuture.failedFuture(NONE);
            }
            waiting.add(new Waiting(
                    answer, timers.schedule(() -> giveUp(answer), deadline - System.nanoTime(), TimeUnit.NANOSECONDS)));
        }
        timers.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return answer;
    }

    /** Calls {@code dependant} with the node ID of each new leader, until it is removed by {@link #forget}. */
    synchronized void follow(Consumer<String> dependant) {
        dependants.add(dependant);
    }

    synchronized void forget(Consumer<String> dependant) {
        dependants.remove(dependant);
    }

    @Override
    public void close() {
        List<Waiting> left;
        Consensus past;
        synchronized (this) {
            closed = true;
            past = consensus;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        if (past != null) {
            withoutConsensus(past);
        }
        left.forEach(one -> {
            one.limit().cancel(false);
            one.answer().completeExceptionally(NONE);
        });
    }

    private void changed() {
        List<Consumer<String>> told;
        Optional<String> leader;
        synchronized (this) {
            told = List.copyOf(dependants);
            leader = consensus == null ? Optional.empty() : consensus.status().leader();
        }
        leader.ifPresent(node -> told.forEach(dependant -> dependant.accept(node)));
        answer();
    }

    private void look() {
        boolean more;
        answer();
        synchronized (this) {
            more = !waiting.isEmpty() && !closed;
        }
        if (more) {
            timers.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void answer() {
        List<Waiting> answered;
        Optional<Leader> leader;
        synchronized (this) {
            leader = present();
            if (leader.isEmpty()) {
                return;
            }
            answered = List.copyOf(waiting);
            waiting.clear();
        }
        answered.forEach(one -> {
            one.limit().cancel(false);
            one.answer().complete(leader.get());
        });
    }

    private void giveUp(CompletableFuture<Leader> answer) {
        synchronized (this) {
            waiting.removeIf(one -> one.answer() == answer);
        }
        answer.completeExceptionally(NONE);
    }

    /** The one that is known at the moment. */
    synchronized Optional<Leader> present() {
        if (consensus == null) {
            return Optional.empty();
        }
        Consensus.Status status = consensus.status();
        return status.leader()
                .flatMap(node -> addresses.apply(node).map(address -> new Leader(node, status.leads(), address)));
    }
}
