package org.skep.raft.internal;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.skep.api.SkepException;
import org.skep.store.Proposer;

/**
 * What is on its way through the log, by the very array that was proposed: JGroups hands it through, and says no more of
 * an entry.
 */
final class Proposals implements Proposer {

    private final Function<byte[], CompletionStage<?>> append;
    private final Map<byte[], Proposal> open = Collections.synchronizedMap(new IdentityHashMap<>());

    private static final class Proposal {
        private final CompletableFuture<Long> confirmed = new CompletableFuture<>();
        private volatile boolean written;
        private volatile long index;

        private void fail() {
            confirmed.completeExceptionally(written ? Outcomes.unknown() : Outcomes.noLeader());
        }
    }

    /** @param append puts an entry into the log; completes when it is applied, or fails if it never will be */
    Proposals(Function<byte[], CompletionStage<?>> append) {
        this.append = append;
    }

    @Override
    public CompletionStage<Long> propose(byte[] entry) {
        Proposal proposal = new Proposal();
        open.put(entry, proposal);
        try {
            append.apply(entry).whenComplete((result, failure) -> {
                open.remove(entry);
                if (failure == null) {
                    proposal.confirmed.complete(proposal.index);
                } else {
                    proposal.fail();
                }
            });
        } catch (RuntimeException notLeading) {
            open.remove(entry);
            proposal.fail();
        }
        return proposal.confirmed;
    }

    /** The entry is about to be written: from now on nobody can say that it never will be. */
    void writing(byte[] entry) {
        Proposal proposal = open.get(entry);
        if (proposal != null) {
            proposal.written = true;
        }
    }

    /** The entry was applied, but its proposer is yet to be told. */
    void applied(long index, byte[] entry) {
        Proposal proposal = open.get(entry);
        if (proposal != null) {
            proposal.index = index;
        }
    }

    /** The entry is not in the log, and will not be. */
    void refused(byte[] entry, SkepException why) {
        Proposal proposal = open.remove(entry);
        if (proposal != null) {
            proposal.confirmed.completeExceptionally(why);
        }
    }
}
