package org.skep.shell.commands.listing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.skep.api.command.Column;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;

/** Tasks as {@code service ps} and {@code node ps} list them: by slot, the newest of each first, history indented. */
public final class TaskTable {

    private static final int ERROR_WIDTH = 30;
    private static final Comparator<Task> NEWEST_FIRST = Comparator.<Task, Instant>comparing(
                    task -> Times.instant(task.getMeta().getCreatedAt()))
            .thenComparing(Task::getId)
            .reversed();

    private final Instant now;
    private final Map<String, String> hostnames;
    private final boolean resolve;

    private record Row(Task task, String name, boolean history) {}

    public TaskTable(Instant now, List<Node> nodes, boolean resolve) {
        this.now = now;
        this.resolve = resolve;
        this.hostnames = nodes.stream()
                .collect(Collectors.toMap(
                        Node::getId, node -> node.getDescription().getHostname(), (a, b) -> a));
    }

    /** The keys that tasks can be filtered by. */
    public static FilterKeys<Task> keys(Function<String, String> nodeId) {
        return new FilterKeys<Task>()
                .prefix("id", Task::getId)
                .label("label", task -> task.getSpec().getContainer().getLabelsMap())
                .prefix("name", TaskNames::of)
                .key("node", (task, node) -> task.getNodeId().equals(nodeId.apply(node)))
                .key(
                        "service",
                        (task, service) -> task.getServiceId().startsWith(service)
                                || task.getServiceAnnotations().getName().equals(service))
                .oneOf("runtime", List.of("container", "plugin"), (task, runtime) -> runtime.equals("container"))
                .oneOf("desired-state", List.of("running", "shutdown", "accepted"), TaskTable::desired);
    }

    public Outcome print(List<Task> tasks, ListOptions options) {
        boolean full = options.noTrunc();
        boolean table = options.format().isEmpty() || options.format().startsWith("table");
        List<Column<Row>> columns = List.of(
                Column.of("ID", "ID", row -> Texts.id(row.task.getId(), full)),
                Column.of("NAME", "Name", row -> (row.history && table ? " \\_ " : "") + row.name),
                Column.of(
                        "IMAGE",
                        "Image",
                        row -> Texts.image(row.task.getSpec().getContainer().getImage(), full)),
                Column.of("NODE", "Node", row -> node(row.task)),
                Column.of(
                        "DESIRED STATE",
                        "DesiredState",
                        row -> Texts.capital(row.task.getDesiredState().name())),
                Column.of("CURRENT STATE", "CurrentState", row -> state(row.task)),
                Column.of("ERROR", "Error", row -> error(row.task, full)),
                Column.of(
                        "PORTS",
                        "Ports",
                        row -> PortList.print(
                                row.task.getStatus().getPortStatus().getPortsList())));
        return Outcome.table(columns, rows(tasks), options);
    }

    private List<Row> rows(List<Task> tasks) {
        List<Row> rows = new ArrayList<>();
        Map<String, List<Task>> slots = tasks.stream().collect(Collectors.groupingBy(this::name));
        slots.keySet().stream().sorted(new NaturalOrder()).forEach(name -> {
            List<Task> slot = slots.get(name).stream().sorted(NEWEST_FIRST).toList();
            for (int i = 0; i < slot.size(); i++) {
                rows.add(new Row(slot.get(i), name, i > 0));
            }
        });
        return rows;
    }

    private String name(Task task) {
        return resolve ? TaskNames.of(task) : task.getServiceId() + "." + TaskNames.place(task);
    }

    private String node(Task task) {
        return resolve ? hostnames.getOrDefault(task.getNodeId(), task.getNodeId()) : task.getNodeId();
    }

    private String state(Task task) {
        String age = task.getStatus().hasTimestamp()
                ? " "
                        + Ages.ago(task.getStatus().getTimestamp(), now)
                                .replaceFirst("^L", "l")
                                .replaceFirst("^A", "a")
                : "";
        return Texts.capital(task.getStatus().getState().name()) + age;
    }

    private String error(Task task, boolean full) {
        String error = CrashLoops.words(task, now).orElse(task.getStatus().getErr());
        if (error.isEmpty()) {
            return "";
        }
        return "\"" + (full ? error.replaceAll("\\s+", " ") : Texts.cut(error, ERROR_WIDTH)) + "\"";
    }

    private static boolean desired(Task task, String state) {
        int wanted = task.getDesiredState().getNumber();
        return switch (state) {
            case "running" -> wanted == TaskState.RUNNING_VALUE;
            case "accepted" -> wanted == TaskState.ACCEPTED_VALUE;
            default -> wanted >= TaskState.SHUTDOWN_VALUE;
        };
    }
}
