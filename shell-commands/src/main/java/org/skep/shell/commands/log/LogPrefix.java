package org.skep.shell.commands.log;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.skep.control.Control;
import org.skep.protocol.LogContext;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.shell.commands.listing.Texts;

/** Says which task a line of log comes from: {@code web.1.vqb0zv1uf4rm@node1}. */
final class LogPrefix {

    private final Control control;
    private final boolean taskIds;
    private final boolean full;
    private final boolean resolve;
    private final Map<String, String> prefixes = new HashMap<>();
    private int width;

    LogPrefix(Control control, boolean taskIds, boolean full, boolean resolve) {
        this.control = control;
        this.taskIds = taskIds;
        this.full = full;
        this.resolve = resolve;
    }

    String of(LogContext context) {
        String prefix = prefixes.get(context.getTaskId());
        if (prefix == null) {
            learn(context.getServiceId());
            prefix = prefixes.computeIfAbsent(context.getTaskId(), id -> unknown(context));
        }
        return prefix + " ".repeat(Math.max(0, width - prefix.length())) + "    | ";
    }

    /** All tasks of a service at once, so that their prefixes get one width. */
    private void learn(String serviceId) {
        if (!serviceId.isEmpty()) {
            Map<String, String> hostnames = control.nodes().list().stream()
                    .collect(Collectors.toMap(
                            Node::getId, node -> node.getDescription().getHostname(), (a, b) -> a));
            for (Task task : control.tasks().ofService(serviceId)) {
                String node = resolve
                        ? hostnames.getOrDefault(task.getNodeId(), Texts.id(task.getNodeId(), full))
                        : Texts.id(task.getNodeId(), full);
                String name = resolve
                        ? TaskNames.of(task)
                        : Texts.id(task.getServiceId(), full) + "." + TaskNames.place(task);
                String prefix = name + (taskIds ? "." + Texts.id(task.getId(), full) : "") + "@" + node;
                prefixes.put(task.getId(), prefix);
                width = Math.max(width, prefix.length());
            }
        }
    }

    private String unknown(LogContext context) {
        return Texts.id(context.getTaskId(), full) + "@" + Texts.id(context.getNodeId(), full);
    }
}
