package org.skep.protocol.session;

import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;

/** Asks nodes about their tasks; a service of the manager that leads. */
public interface ReachBroker {

    /**
     * Asks a node for something. Returns at once; if the node cannot be asked, or does not answer, {@code answers} fails.
     *
     * @param request whose ID is given here
     * @param answers what the node says; ends with its last word
     * @return where to say more to the node; to end or fail it breaks the conversation off, and nothing more is heard then
     */
    Intake<ToNode> ask(String nodeId, ReachRequest request, Intake<FromNode> answers);
}
