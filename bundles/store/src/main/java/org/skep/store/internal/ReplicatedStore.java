package org.skep.store.internal;

import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.skep.api.SkepException;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.StateCipher;
import org.skep.protocol.Times;
import org.skep.protocol.store.TransactionEntry;
import org.skep.protocol.store.TransactionHeader;
import org.skep.store.Change;
import org.skep.store.Changes;
import org.skep.store.Kind;
import org.skep.store.Proposer;
import org.skep.store.StateMachine;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a manager.
 *
 * <p>Two locks that are never held together for long: one serialises decisions, the other applies entries and tells the
 * watches. A decision may be under way while earlier entries are applied.
 */
@Component
@SatisfyingConditionTarget("(osgi.condition.id=skep.manager)")
public final class ReplicatedStore implements Store, StateMachine {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedStore.class);
    private static final Duration WRITE_DELAY = Duration.ofSeconds(1);

    /** As one: of constructors with equally many parameters, Declarative Services would try each. */
    private record Parts(Persistence persistence, Clock clock) {}

    private final Clock clock;
    private final Persistence persistence;

    private final ReentrantLock decisions = new ReentrantLock();
    private boolean deciding;
    private Proposer proposer;
    private volatile Chain chain;

    private final ReentrantLock applying = new ReentrantLock();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private volatile State committed;

    @Activate
    public ReplicatedStore(@Reference NodeConfig config, @Reference StateCipher cipher) {
        this(new Parts(new MapDbFile(config.stateDir().resolve("store.db"), WRITE_DELAY, cipher), Clock.systemUTC()));
    }

    private ReplicatedStore(Parts parts) {
        this.persistence = parts.persistence();
        this.clock = parts.clock();
        this.committed = persistence.load();
    }

    /** One that keeps its state elsewhere, and reads another clock. */
    public static ReplicatedStore on(Persistence persistence, Clock clock) {
        return new ReplicatedStore(new Parts(persistence, clock));
    }

    @Deactivate
    public void close() {
        unbind(proposer);
        followers.clear();
        persistence.close();
    }

    /** Writes are possible from now on. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    public void bind(Proposer newProposer) {
        decisions.lock();
        try {
            endChain();
            proposer = newProposer;
        } finally {
            decisions.unlock();
        }
    }

    /** Writes are refused from now on, and those under way fail. */
    public void unbind(Proposer oldProposer) {
        decisions.lock();
        try {
            if (proposer == oldProposer) {
                endChain();
                proposer = null;
            }
        } finally {
            decisions.unlock();
        }
    }

    private void endChain() {
        Chain ended = chain;
        if (ended != null) {
            // In this order: an entry applied in between must find its chain, or its write would count as overtaken.
            ended.close(Failures.leadLost());
            chain = null;
        }
    }

    @Override
    public View view() {
        return committed;
    }

    @Override
    public Fingerprint fingerprint() {
        return Fingerprints.of(committed);
    }

    @Override
    public <T> T update(Function<Transaction, T> decision) throws InterruptedException {
        if (applying.isHeldByCurrentThread()) {
            throw new IllegalStateException("a watch must not wait for an update: it would wait for itself");
        }
        try {
            return updateAsync(decision).toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
    }

    /** The cause, with the trace of the caller that waits for it. */
    private static RuntimeException thrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException runtime ? runtime : new IllegalStateException(cause);
    }

    @Override
    public <T> CompletionStage<T> updateAsync(Function<Transaction, T> decision) {
        decisions.lock();
        try {
            if (deciding) {
                throw new IllegalStateException("a decision must not start another one");
            }
            return decide(openChain(), decision);
        } catch (SkepException refused) {
            return CompletableFuture.failedStage(refused);
        } finally {
            decisions.unlock();
        }
    }

    private Chain openChain() {
        if (proposer == null) {
            throw Failures.noLeader();
        }
        if (chain != null && chain.broken().isPresent()) {
            // What is still on its way might hold: nothing can be decided before that is known.
            if (!chain.quiet()) {
                throw Failures.ofBasis(chain.broken().get());
            }
            chain = null;
        }
        if (chain == null) {
            chain = new Chain(proposer, committed);
        }
        return chain;
    }

    private <T> CompletionStage<T> decide(Chain open, Function<Transaction, T> decision) {
        open.settle(committed);
        Timestamp time = now();
        Draft draft = open.draft(time);
        CompletableFuture<Void> before = open.last()
                .map(last -> last.done().exceptionally(failure -> {
                    throw Failures.ofBasis(failure);
                }))
                .orElseGet(() -> CompletableFuture.completedFuture(null));
        T result;
        deciding = true;
        try {
            result = decision.apply(draft);
        } catch (RuntimeException | Error refusal) {
            // It may have been refused for something that is itself not certain yet.
            return before.thenCompose(done -> CompletableFuture.failedStage(refusal));
        } finally {
            deciding = false;
        }
        CompletableFuture<Void> done =
                draft.changes().isEmpty() ? before : open.add(draft, time).done();
        return unwrapped(done, result);
    }

    /** A stage whose failure is the failure itself, and not wrapped. */
    private static <T> CompletionStage<T> unwrapped(CompletableFuture<Void> done, T result) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        done.whenComplete((nothing, failure) -> {
            if (failure == null) {
                outcome.complete(result);
            } else {
                outcome.completeExceptionally(Failures.of(failure));
            }
        });
        return outcome;
    }

    private Timestamp now() {
        return Times.timestamp(clock.instant());
    }

    @Override
    public long appliedIndex() {
        return committed.index();
    }

    @Override
    public void apply(long index, byte[] bytes) throws IOException {
        applying.lock();
        try {
            State before = committed;
            if (index <= before.index()) {
                return;
            }
            TransactionHeader entry = State.header(bytes);
            if (before.accepts(entry)) {
                List<Change> changes = new ArrayList<>();
                State after = follow(before, index, entry, bytes, changes);
                persistence.changed(after, changes);
                committed = after;
                Chain current = chain;
                if (current != null) {
                    current.applied(entry);
                }
                tell(after, changes);
            } else {
                State after = before.skip(index);
                persistence.changed(after, List.of());
                committed = after;
            }
        } finally {
            applying.unlock();
        }
    }

    /** What an accepted entry makes of the state: mostly what was foreseen when it was decided here. */
    private State follow(State before, long index, TransactionHeader entry, byte[] bytes, List<Change> changes)
            throws IOException {
        Chain current = chain;
        Optional<State> foreseen = current == null ? Optional.empty() : current.foreseen(before, index, entry, changes);
        return foreseen.isPresent() ? foreseen.get() : before.apply(index, TransactionEntry.parseFrom(bytes), changes);
    }

    @Override
    public void writeSnapshot(OutputStream out) throws IOException {
        Snapshots.write(committed, out);
    }

    @Override
    public void readSnapshot(InputStream in) throws IOException {
        State after = Snapshots.read(in);
        applying.lock();
        try {
            State before = committed;
            persistence.replaced(after);
            committed = after;
            tell(after, before.changesTo(after));
        } finally {
            applying.unlock();
        }
    }

    @Override
    public Watch watch(Set<Kind> kinds, Consumer<Changes> listener) {
        Follower follower = new Follower(Set.copyOf(kinds), listener);
        applying.lock();
        try {
            follower.start(committed);
            followers.add(follower);
        } finally {
            applying.unlock();
        }
        return () -> followers.remove(follower);
    }

    private void tell(State state, List<Change> changes) {
        for (Follower follower : followers) {
            follower.tell(state, changes);
        }
    }

    /** One running watch. */
    private record Follower(Set<Kind> kinds, Consumer<Changes> listener) {

        void start(State state) {
            listener.accept(new Changes(state, List.of()));
        }

        void tell(State state, List<Change> changes) {
            List<Change> wanted = changes.stream()
                    .filter(change -> kinds.contains(change.kind()))
                    .toList();
            if (wanted.isEmpty()) {
                return;
            }
            try {
                listener.accept(new Changes(state, wanted));
            } catch (RuntimeException e) {
                LOG.error("A watch failed on the changes of entry {}", state.index(), e);
            }
        }
    }
}
