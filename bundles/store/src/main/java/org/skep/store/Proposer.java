package org.skep.store;

import java.util.concurrent.CompletionStage;

/** Consensus as the store needs it. Present while this node leads. */
public interface Proposer {

    /**
     * Puts an entry into the log. Entries of one proposer are appended in the order of the calls.
     *
     * @return the index, once the entry is durable on a majority and applied to this manager's {@link StateMachine};
     *     fails with {@code NO_LEADER} if the entry is not in the log and never will be, and with anything else where
     *     that is not certain
     */
    CompletionStage<Long> propose(byte[] entry);
}
