package org.skep.protocol.session;

import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.reach.ReachRequest;

/** What the worker hears. Calls for one session arrive one at a time, in order; none comes after {@link #closed}. */
public interface SessionListener {

    /** The full set of session facts: the node as the manager sees it, the managers, the keys. */
    void session(SessionMessage message);

    /** The first message is COMPLETE; those that follow are INCREMENTAL. */
    void assignments(AssignmentsMessage message);

    /** A subscriber wants log lines of tasks on this node, or no longer does. */
    void subscription(SubscriptionMessage message);

    /** The manager asks something of this node, which answers by {@link WorkerSession#converse}. */
    void reach(ReachRequest request);

    /**
     * The session is over, and a new one has to be opened.
     *
     * @param reason one line, for the log
     */
    void closed(String reason);

    /**
     * The session is over, or will not come about, because this node has something else to say of itself: the new one need
     * not wait.
     *
     * @param reason one line, for the log
     */
    void renewed(String reason);
}
