package org.skep.shell.commands.swarm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.skep.api.command.Outcome;
import org.skep.control.Clusters;
import org.skep.control.Control;
import org.skep.control.Swarm;
import org.skep.shell.commands.Sheet;
import org.skep.shell.commands.listing.NaturalOrder;

/** The managers as one of them sees them. */
record Managers(Swarm.Status local, Clusters.ManagersStatus status) {

    private static final List<String> HEADERS = List.of("ID", "HOSTNAME", "ADDRESS", "STATUS", "LAG");
    private static final List<String> NUMBERS =
            List.of("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
    private static final int GAP = 3;

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
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADERS);
        ordered()
                .forEach(manager -> rows.add(List.of(
                        manager.nodeId() + (manager.nodeId().equals(local.nodeId()) ? " *" : ""),
                        manager.hostname(),
                        manager.address(),
                        state(manager),
                        lag(manager))));
        lines.addAll(aligned(rows));
        return new Outcome.Text(lines);
    }

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
        return manager.voter() ? reach : reach + " (learning)";
    }

    private static String lag(Clusters.Manager manager) {
        return manager.lag() < 0 ? "unknown" : String.valueOf(manager.lag());
    }

    private static List<String> aligned(List<List<String>> rows) {
        int[] widths = new int[HEADERS.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        return rows.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int i = 0; i < widths.length; i++) {
                        line.append(row.get(i))
                                .append(" ".repeat(widths[i] - row.get(i).length() + GAP));
                    }
                    return line.toString().stripTrailing();
                })
                .toList();
    }
}
