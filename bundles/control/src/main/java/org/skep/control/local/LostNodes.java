package org.skep.control.local;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.skep.protocol.LogSelector;
import org.skep.protocol.Node;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.Change;
import org.skep.store.Changes;
import org.skep.store.View;

/** Tells who follows log lines which nodes are lost that have tasks of theirs. For one watch, on the applying thread. */
final class LostNodes implements Consumer<Changes> {

    private final LogSelector selector;
    private final Consumer<String> warnings;
    private final Set<String> lost = new HashSet<>();

    LostNodes(LogSelector selector, Consumer<String> warnings) {
        this.selector = selector;
        this.warnings = warnings;
    }

    @Override
    public void accept(Changes changes) {
        if (changes.changes().isEmpty()) {
            changes.view().nodes().all().forEach(node -> look(node, changes.view()));
        }
        for (Change change : changes.changes()) {
            changes.view().nodes().get(change.id()).ifPresent(node -> look(node, changes.view()));
        }
    }

    private void look(Node node, View view) {
        if (node.getStatus().getState() != NodeStatus.State.DOWN) {
            lost.remove(node.getId());
        } else if (lost.add(node.getId())
                && tasks(view).anyMatch(task -> task.getNodeId().equals(node.getId()) && mayHaveSpoken(task))) {
            warnings.accept("node " + LocalNodes.name(node) + " (" + node.getId() + ") is down: its lines are missing");
        }
    }

    private Stream<Task> tasks(View view) {
        return Stream.concat(
                selector.getServiceIdsList().stream().flatMap(service -> view.tasks().ofService(service).stream()),
                selector.getTaskIdsList().stream().flatMap(task -> view.tasks().get(task).stream()));
    }

    /** What had ended before its node was lost has said all. */
    private static boolean mayHaveSpoken(Task task) {
        int state = task.getStatus().getState().getNumber();
        return state >= TaskState.ASSIGNED_VALUE && state <= TaskState.RUNNING_VALUE;
    }
}
