package org.skep.raft.internal;

import java.util.List;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.stack.Protocol;

/**
 * Stands where the protocols for lost messages stand in a group. Without others none gets lost, and none need be kept
 * for sending again.
 */
public final class Nobody extends Protocol {

    @Override
    public List<Integer> providedUpServices() {
        return List.of(Event.GET_DIGEST, Event.SET_DIGEST, Event.MERGE_DIGEST, Event.OVERWRITE_DIGEST);
    }

    @Override
    public Object down(Event event) {
        return switch (event.getType()) {
            case Event.GET_DIGEST, Event.SET_DIGEST, Event.MERGE_DIGEST, Event.OVERWRITE_DIGEST -> null;
            default -> down_prot.down(event);
        };
    }

    @Override
    public Object down(Message message) {
        boolean forOthers = message.dest() == null && message.isFlagSet(Message.TransientFlag.DONT_LOOPBACK);
        return forOthers ? null : down_prot.down(message);
    }
}
