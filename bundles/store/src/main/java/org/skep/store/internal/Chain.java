package org.skep.store.internal;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.skep.api.SkepException;
import org.skep.protocol.store.ObjectChange;
import org.skep.protocol.store.TransactionEntry;
import org.skep.store.Proposer;

/**
 * The transactions of one leadership: each is decided on what the earlier ones leave behind, confirmed or not. When one
 * of them fails, none of the later ones can hold, and the chain ends.
 *
 * <p>Guarded by the store's decision lock, but for what is said to be safe.
 */
final class Chain {

    /** A decided transaction on its way through the log. */
    static final class Pending {
        private final long sequence;
        private final long version;
        private final List<ObjectChange> changes;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private volatile long appliedAs;

        /** @param version what its objects carry at the head */
        private Pending(long sequence, long version, List<ObjectChange> changes) {
            this.sequence = sequence;
            this.version = version;
            this.changes = changes;
        }

        CompletableFuture<Void> done() {
            return done;
        }
    }

    private final String id = UUID.randomUUID().toString();
    private final Proposer proposer;
    private final long base;
    /** Decided, and not yet taken into account as applied. In order. */
    private final Deque<Pending> unsettled = new ArrayDeque<>();
    /** Not yet confirmed, by sequence; for other threads. */
    private final Map<Long, Pending> unconfirmed = new ConcurrentHashMap<>();

    private Tables head;
    private long sequence;
    private long lastVersion;
    private volatile SkepException broken;

    Chain(Proposer proposer, State committed) {
        this.proposer = proposer;
        this.base = committed.base();
        this.head = committed.tables();
    }

    /** Why no transaction can be added; safe from any thread. */
    Optional<SkepException> broken() {
        return Optional.ofNullable(broken);
    }

    /** Whether nothing of it is on its way any more; safe from any thread. */
    boolean quiet() {
        return unconfirmed.isEmpty();
    }

    /** Takes into account what has been applied since: those objects get the versions that the log gave them. */
    void settle(State committed) {
        if (committed.proposer().equals(id)) {
            while (!unsettled.isEmpty() && unsettled.peekFirst().sequence <= committed.sequence()) {
                settle(unsettled.removeFirst(), committed.tables());
            }
        }
        if (unsettled.isEmpty()) {
            head = committed.tables();
            lastVersion = committed.index();
        } else {
            lastVersion = Math.max(lastVersion, committed.index() + unsettled.size());
        }
    }

    private void settle(Pending pending, Tables committed) {
        if (pending.appliedAs == pending.version) {
            return; // as foreseen
        }
        for (ObjectChange change : pending.changes) {
            Model<?> model = Models.of(change);
            Message decided = model.unwrap().apply(change);
            String objectId = model.idOf(decided);
            Message applied = committed.find(model.kind(), objectId);
            // Another object at the head is the work of a later transaction, and not to be undone.
            if (applied != null && head.find(model.kind(), objectId) == decided) {
                head = head.with(applied);
            }
        }
    }

    Draft draft(Timestamp time) {
        return new Draft(head, lastVersion + 1, time);
    }

    /** The last transaction that is on its way. */
    Optional<Pending> last() {
        return Optional.ofNullable(unsettled.peekLast());
    }

    Pending add(Draft draft, Timestamp time) {
        List<ObjectChange> changes = draft.changes();
        sequence++;
        lastVersion = draft.index();
        head = draft.tables();
        TransactionEntry.Builder entry = TransactionEntry.newBuilder()
                .setProposer(id)
                .setSequence(sequence)
                .setTime(time)
                .addAllChanges(changes);
        if (sequence == 1) {
            entry.setBase(base);
        }
        Pending pending = new Pending(sequence, lastVersion, changes);
        unsettled.addLast(pending);
        unconfirmed.put(sequence, pending);
        proposer.propose(entry.build().toByteArray()).whenComplete((index, failure) -> confirm(pending, failure));
        return pending;
    }

    private void confirm(Pending pending, Throwable failure) {
        if (failure != null) {
            breakOff(Failures.of(failure));
            fail(pending, Failures.of(failure));
        } else if (pending.appliedAs == 0) {
            breakOff(Failures.overtaken());
            fail(pending, Failures.overtaken());
        } else {
            unconfirmed.remove(pending.sequence);
            pending.done.complete(null);
        }
    }

    private void fail(Pending pending, SkepException failure) {
        unconfirmed.remove(pending.sequence);
        pending.done.completeExceptionally(failure);
    }

    /** Adds nothing more; safe from any thread. */
    private void breakOff(SkepException why) {
        if (broken == null) {
            broken = why;
        }
    }

    /** Ends the chain; what is on its way counts as failed. */
    void close(SkepException why) {
        breakOff(why);
        List.copyOf(unconfirmed.values()).forEach(pending -> fail(pending, why));
    }

    /** Notes that an entry was applied, and as which; called by the applying thread before the proposal is confirmed. */
    void applied(long index, TransactionEntry entry) {
        if (entry.getProposer().equals(id)) {
            Pending pending = unconfirmed.get(entry.getSequence());
            if (pending != null) {
                pending.appliedAs = index;
            }
        }
    }
}
