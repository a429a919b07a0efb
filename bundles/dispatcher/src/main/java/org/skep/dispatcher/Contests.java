package org.skep.dispatcher;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skep.protocol.SessionMessage;

/**
 * Sessions of a second daemon with the identity of a node that has one, until it is clear which of them lives: one is a
 * copy, or one is dead and does not look it yet. Used on the loop.
 */
final class Contests {

    private final Map<NodeSession, Instant> waiting = new HashMap<>();

    enum Verdict {
        WAITS_NO_MORE,
        COPY,
        HEIR
    }

    void begin(NodeSession session, Instant now) {
        waiting.put(session, now);
    }

    void leave(NodeSession session) {
        waiting.remove(session);
    }

    void leave(Outlet<SessionMessage> outlet) {
        waiting.keySet().removeIf(session -> session.tellsThrough(outlet));
    }

    /** @param present the session that the node has */
    Verdict judge(NodeSession session, Optional<NodeSession> present) {
        Instant came = waiting.remove(session);
        if (came == null || !session.isOpen()) {
            return Verdict.WAITS_NO_MORE;
        }
        // Not what was still on its way from a daemon that has just been replaced.
        Instant fresh = came.plus(SessionWatch.INTERVAL);
        boolean lives = present.filter(
                        other -> other.origin().local() || other.lastHeard().isAfter(fresh))
                .isPresent();
        return lives ? Verdict.COPY : Verdict.HEIR;
    }

    /** @return who need not wait any more, because the node has no session */
    List<NodeSession> over(String nodeId) {
        List<NodeSession> admitted = waiting.keySet().stream()
                .filter(session -> session.nodeId().equals(nodeId))
                .toList();
        admitted.forEach(waiting::remove);
        return admitted;
    }

    /** @return everybody, who then has to begin anew */
    List<NodeSession> allOver() {
        List<NodeSession> all = List.copyOf(waiting.keySet());
        waiting.clear();
        return all;
    }
}
