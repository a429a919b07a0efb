package org.skep.control.local;

import java.time.Instant;
import java.util.Set;
import org.skep.api.SkepException;
import org.skep.pki.Blacklist;
import org.skep.protocol.Node;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.store.Kind;
import org.skep.store.Transaction;

/**
 * Takes a node out of the swarm, in one transaction: its certificate is refused from then on, and the tasks it never
 * reported as ended are given up.
 *
 * @param members the nodes that take part in consensus, voting or learning
 */
record NodeRemoval(Set<String> members, Instant now) {

    void remove(Transaction tx, Node node, boolean force) {
        check(node, force);
        tx.cluster().ifPresent(cluster -> tx.update(Blacklist.add(cluster, node, now)));
        tx.tasks().onNode(node.getId()).stream()
                .filter(task -> task.getStatus().getState().getNumber() <= TaskState.RUNNING_VALUE)
                .map(this::orphaned)
                .forEach(tx::update);
        tx.delete(Kind.NODE, node.getId());
    }

    private void check(Node node, boolean force) {
        String name = LocalNodes.name(node);
        if (members.contains(node.getId())) {
            throw SkepException.state(
                    "NODE_IS_MANAGER", "node " + name + " is a manager and cannot be removed", "demote it first");
        }
        if (node.getStatus().getState() == NodeStatus.State.READY && !force) {
            throw SkepException.state(
                    "NODE_NOT_DOWN",
                    "node " + name + " is not down and cannot be removed",
                    "let it leave the swarm first, or use --force");
        }
    }

    private Task orphaned(Task task) {
        return task.toBuilder()
                .setStatus(TaskStatus.newBuilder(task.getStatus())
                        .setState(TaskState.ORPHANED)
                        .setTimestamp(Times.timestamp(now))
                        .setMessage("node removed"))
                .build();
    }
}
