package org.skep.dispatcher;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.skep.api.SkepException;
import org.skep.protocol.reach.ReachRequest;

/** What is asked of a node in one session. Used on the dispatcher's loop, except where a method says otherwise. */
final class Questions {

    private Optional<Outlet<ReachRequest>> outlet = Optional.empty();
    private final Map<String, Conversation> untold = new LinkedHashMap<>();
    private final Set<Conversation> told = ConcurrentHashMap.newKeySet();

    void through(Outlet<ReachRequest> value) {
        outlet.ifPresent(old -> old.end(Ending.replaced()));
        outlet = Optional.of(value);
    }

    void noMoreThrough(Outlet<ReachRequest> value) {
        outlet = outlet.filter(present -> present != value);
    }

    boolean heard() {
        return outlet.isPresent();
    }

    void ask(Conversation conversation) {
        told.removeIf(Conversation::over);
        told.add(conversation);
        untold.put(conversation.request().getId(), conversation);
    }

    /** Asks as much as the node takes now. */
    void flush() {
        untold.values().removeIf(Conversation::over);
        while (!untold.isEmpty() && outlet.filter(Outlet::ready).isPresent()) {
            String first = untold.keySet().iterator().next();
            outlet.get().send(untold.remove(first).request());
        }
    }

    void end(Ending ending) {
        outlet.ifPresent(present -> present.end(ending));
    }

    /**
     * The session is over, and what was asked in it. From any thread.
     *
     * @param node its name, for people
     */
    void breakOff(String node) {
        SkepException why = SkepException.state(
                "NODE_UNREACHABLE",
                "the connection to node " + node + " is lost",
                "\"node ls\" says how the nodes are");
        told.forEach(conversation -> conversation.fail(why));
        told.clear();
    }
}
