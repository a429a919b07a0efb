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
import org.skep.protocol.store.ChangeAction;
import org.skep.protocol.store.ObjectChange;
import org.skep.protocol.store.TransactionEntry;
import org.skep.protocol.store.TransactionHeader;
import org.skep.store.Change;
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
        private volatile boolean applied;
        private volatile boolean foreseen;
        /** What it was decided on; null if that was the committed state. For the applying thread, until it is applied. */
        private Pending basis;
        /** What it makes of its basis. For the applying thread, until it is applied. */
        private Tables tables;

        private Pending(long sequence, Draft draft, Pending basis) {
            this.sequence = sequence;
            this.version = draft.index();
            this.changes = draft.changes();
            this.tables = draft.tables();
            this.basis = basis;
        }

        CompletableFuture<Void> done() {
            return done;
        }

        /** Whether the log gave it and all it rests on the indexes that were foreseen. */
        private boolean isForeseen(long index) {
            return index == version && (basis == null || basis.foreseen);
        }

        private void addChanges(Tables before, List<Change> list) {
            for (ObjectChange change : changes) {
                Model<?> model = Models.of(change);
                Message object = model.unwrap().apply(change);
                String objectId = model.idOf(object);
                boolean deleted = change.getAction() == ChangeAction.CHANGE_ACTION_DELETE;
                list.add(new Change(
                        model.kind(), objectId, before.find(model.kind(), objectId), deleted ? null : object));
            }
        }

        private void applied() {
            applied = true;
            basis = null;
            tables = null;
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
        if (pending.foreseen) {
            return; // they have them already
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
        sequence++;
        lastVersion = draft.index();
        head = draft.tables();
        Pending pending = new Pending(sequence, draft, unsettled.peekLast());
        TransactionEntry.Builder entry = TransactionEntry.newBuilder()
                .setProposer(id)
                .setSequence(sequence)
                .setTime(time)
                .addAllChanges(pending.changes);
        if (sequence == 1) {
            entry.setBase(base);
        }
        unsettled.addLast(pending);
        unconfirmed.put(sequence, pending);
        proposer.propose(entry.build().toByteArray()).whenComplete((index, failure) -> confirm(pending, failure));
        return pending;
    }

    private void confirm(Pending pending, Throwable failure) {
        if (failure != null) {
            breakOff(Failures.of(failure));
            fail(pending, Failures.of(failure));
        } else if (!pending.applied) {
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

    /**
     * What an entry amounts to, if that was foreseen when it was decided: then all of its objects exist already, with the
     * versions that the log gives them. Called by the applying thread before {@link #applied}.
     *
     * @param changes is told what changes
     */
    Optional<State> foreseen(State before, long index, TransactionHeader entry, List<Change> changes) {
        return pending(entry).filter(pending -> pending.isForeseen(index)).map(pending -> {
            pending.foreseen = true;
            pending.addChanges(before.tables(), changes);
            return before.become(index, entry, pending.tables);
        });
    }

    /** Notes that an entry was applied; called by the applying thread before the proposal is confirmed. */
    void applied(TransactionHeader entry) {
        pending(entry).ifPresent(Pending::applied);
    }

    private Optional<Pending> pending(TransactionHeader entry) {
        return entry.getProposer().equals(id)
                ? Optional.ofNullable(unconfirmed.get(entry.getSequence()))
                : Optional.empty();
    }
}
