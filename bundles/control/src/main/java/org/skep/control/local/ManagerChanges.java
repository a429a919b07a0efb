package org.skep.control.local;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.skep.control.Events.Event;
import org.skep.protocol.RaftMemberStatus.Reachability;
import org.skep.store.Consensus;
import org.skep.store.View;

/** Tells, from one status of consensus to the next, what has become of the managers. For one thread at a time. */
final class ManagerChanges {

    private record Seen(boolean leader, String reachability) {
        private static final Seen NOTHING = new Seen(false, word(Reachability.UNKNOWN));
    }

    private Map<String, Seen> last;

    ManagerChanges(Consensus.Status status) {
        last = seen(status);
    }

    List<Event> to(Consensus.Status status, View view, Instant now) {
        Map<String, Seen> next = seen(status);
        TreeSet<String> nodes = new TreeSet<>(last.keySet());
        nodes.addAll(next.keySet());
        List<Event> events = new ArrayList<>();
        for (String node : nodes) {
            Map<String, String> attributes = new TreeMap<>();
            Seen before = last.getOrDefault(node, Seen.NOTHING);
            Seen after = next.getOrDefault(node, Seen.NOTHING);
            changed(attributes, "leader", String.valueOf(before.leader()), String.valueOf(after.leader()));
            changed(attributes, "reachability", before.reachability(), after.reachability());
            if (!attributes.isEmpty()) {
                attributes.put(
                        "name", view.nodes().get(node).map(LocalNodes::name).orElse(node));
                events.add(new Event(now, "node", "update", node, attributes));
            }
        }
        last = next;
        return events;
    }

    private static void changed(Map<String, String> attributes, String name, String before, String after) {
        if (!before.equals(after)) {
            attributes.put(name + ".old", before);
            attributes.put(name + ".new", after);
        }
    }

    private static Map<String, Seen> seen(Consensus.Status status) {
        String leader = status.leader().orElse("");
        Map<String, Seen> seen = new TreeMap<>();
        for (Consensus.Member member : status.members()) {
            boolean leads = member.nodeId().equals(leader);
            boolean self = member.nodeId().equals(status.self());
            seen.put(member.nodeId(), new Seen(leads, word(ManagerStatuses.reachability(member, leads || self))));
        }
        return seen;
    }

    private static String word(Reachability reachability) {
        return reachability.name().toLowerCase(Locale.ROOT);
    }
}
