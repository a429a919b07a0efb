package org.skep.shell.commands.swarm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.skep.api.command.Column;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.control.Clusters;
import org.skep.control.Control;
import org.skep.control.Swarm;
import org.skep.protocol.Node;
import org.skep.shell.commands.Sheet;
import org.skep.shell.commands.listing.NaturalOrder;

/**
 * The managers as one of them sees them.
 *
 * @param changing nodes on their way to another role, whose status says how it goes
 */
record Managers(Swarm.Status local, Clusters.ManagersStatus status, List<Node> changing) {

    private static final List<Column<Marked>> COLUMNS = List.of(
            Column.of("ID", "ID", row -> row.manager().nodeId() + (row.self() ? " *" : "")),
            Column.of("HOSTNAME", "Hostname", row -> row.manager().hostname()),
            Column.of("ADDRESS", "Address", row -> row.manager().address()),
            Column.of("STATUS", "Status", row -> state(row.manager())),
            Column.of("LAG", "Lag", row -> lag(row.manager())));
    private static final List<String> NUMBERS =
            List.of("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");

    Outcome print() {
        List<String> lines = new ArrayList<>(new Sheet()
                .field("Cluster ID", local.clusterId())
                .field("Leader", leader())
                .field("Term", status.term())
                .field("Commit index", status.commitIndex())
                .field("Applied index", status.appliedIndex())
                .field("Fault tolerance", quorum())
                .lines());
        lines.add("");
        List<Outcome> parts = new ArrayList<>();
        parts.add(new Outcome.Text(lines));
        parts.add(Outcome.table(COLUMNS, ordered().map(this::marked).toList(), new ListOptions()));
        if (!changing.isEmpty()) {
            List<String> reasons = new ArrayList<>(List.of(""));
            changing.forEach(node -> reasons.add(node.getDescription().getHostname() + ": "
                    + node.getStatus().getMessage()));
            parts.add(new Outcome.Text(reasons));
        }
        return new Outcome.Several(parts, List.of());
    }

    private Marked marked(Clusters.Manager manager) {
        return new Marked(manager, manager.nodeId().equals(local.nodeId()));
    }

    private record Marked(Clusters.Manager manager, boolean self) {}

    /** @param copy of the state, as this manager has it */
    Map<String, Object> tree(Control.Copy copy) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("LocalNodeState", local.state().name().toLowerCase(Locale.ROOT));
        tree.put("ClusterID", local.clusterId());
        tree.put("NodeID", local.nodeId());
        tree.put("AnsweredBy", status.answeredBy());
        tree.put("Leader", status.leader());
        tree.put("Term", status.term());
        tree.put("CommitIndex", status.commitIndex());
        tree.put("AppliedIndex", status.appliedIndex());
        tree.put("StateIndex", copy.index());
        tree.put("StateDigest", copy.digest());
        tree.put("LostQuorum", status.lostQuorum());
        tree.put("MayFail", status.mayFail());
        tree.put("FaultTolerance", quorum());
        tree.put("Managers", ordered().map(Managers::tree).toList());
        tree.put(
                "ChangingRoles",
                changing.stream()
                        .map(node -> Map.of(
                                "NodeID",
                                node.getId(),
                                "Message",
                                node.getStatus().getMessage()))
                        .toList());
        return tree;
    }

    private static Map<String, Object> tree(Clusters.Manager manager) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("NodeID", manager.nodeId());
        tree.put("Hostname", manager.hostname());
        tree.put("Addr", manager.address());
        tree.put("Voter", manager.voter());
        tree.put("Leader", manager.leader());
        tree.put("Reachable", manager.reachable());
        tree.put("Lag", manager.lag());
        return tree;
    }

    private Stream<Clusters.Manager> ordered() {
        return status.managers().stream()
                .sorted(Comparator.comparing(Clusters.Manager::hostname, new NaturalOrder())
                        .thenComparing(Clusters.Manager::nodeId));
    }

    private String leader() {
        if (status.leader().isEmpty()) {
            return "none";
        }
        return status.managers().stream()
                .filter(manager -> manager.nodeId().equals(status.leader()))
                .map(manager -> manager.hostname().isEmpty() ? manager.address() : manager.hostname())
                .findFirst()
                .orElse(status.leader());
    }

    /** In words, with what to do if there is none. */
    private String quorum() {
        List<Clusters.Manager> voters =
                status.managers().stream().filter(Clusters.Manager::voter).toList();
        if (status.lostQuorum()) {
            long answering = voters.stream().filter(Clusters.Manager::reachable).count();
            return "quorum is lost: " + answering + " of " + voters.size() + " managers "
                    + (answering == 1 ? "answers" : "answer")
                    + ". Bring others back; if they are gone for good, run 'swarm init --force-new-cluster' here";
        }
        String margin = count(status.mayFail()) + " more manager" + (status.mayFail() > 1 ? "s" : "") + " may fail";
        return status.mayFail() > 0 ? margin : "no manager may fail";
    }

    private static String count(int number) {
        return number < NUMBERS.size() ? NUMBERS.get(number) : String.valueOf(number);
    }

    private static String state(Clusters.Manager manager) {
        if (manager.leader()) {
            return "Leader";
        }
        String reach = manager.reachable() ? "Reachable" : "Unreachable";
        return manager.voter() ? reach : reach + " (joining)";
    }

    private static String lag(Clusters.Manager manager) {
        return manager.lag() < 0 ? "unknown" : String.valueOf(manager.lag());
    }
}
