package org.skep.dispatcher;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.skep.protocol.Assignment;
import org.skep.protocol.AssignmentChange;
import org.skep.protocol.AssignmentChange.AssignmentAction;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.AssignmentsMessage.Type;
import org.skep.protocol.Config;
import org.skep.protocol.Secret;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.Change;
import org.skep.store.View;

/** What one node has been told to do, and the numbered messages that tell it. */
final class Assignments {

    private final String nodeId;
    private final Map<String, Set<Dependency>> needed = new HashMap<>();
    private final Map<Dependency, Integer> users = new HashMap<>();
    private final Set<String> sent = new LinkedHashSet<>();
    private long sequence;

    Assignments(String nodeId) {
        this.nodeId = nodeId;
    }

    /** Everything that is assigned to the node, what it finished and still remembers included. */
    AssignmentsMessage complete(View view) {
        needed.clear();
        users.clear();
        sent.clear();
        List<AssignmentChange> changes = new ArrayList<>();
        for (Task task : view.tasks().onNode(nodeId)) {
            if (assigned(task)) {
                put(task, view, changes);
            }
        }
        return message(Type.COMPLETE, changes);
    }

    /** Whether the node has heard of a task. */
    boolean told(String taskId) {
        return sent.contains(taskId);
    }

    /**
     * What changed for the node, if anything did.
     *
     * @param changes of tasks, one for each
     */
    Optional<AssignmentsMessage> incremental(View view, Collection<Change> changes) {
        List<AssignmentChange> news = new ArrayList<>();
        for (Change change : changes) {
            Task before = (Task) change.before();
            Task after = (Task) change.after();
            if (after == null) {
                drop(change.id(), news);
            } else if (assigned(after) && (!sent.contains(after.getId()) || differs(before, after))) {
                put(after, view, news);
            } else if (assigned(after) && passed(after)) {
                release(after.getId(), news);
            }
        }
        return news.isEmpty() ? Optional.empty() : Optional.of(message(Type.INCREMENTAL, news));
    }

    private boolean assigned(Task task) {
        return task.getNodeId().equals(nodeId) && task.getStatus().getState().getNumber() >= TaskState.ASSIGNED_VALUE;
    }

    private static boolean passed(Task task) {
        return task.getStatus().getState().getNumber() > TaskState.RUNNING_VALUE;
    }

    /** The node knows best how its tasks are; only what it has to act upon counts. */
    private static boolean differs(Task before, Task after) {
        return before == null
                || after.getStatus().getState() == TaskState.ASSIGNED
                || !orders(before).equals(orders(after));
    }

    private static Task orders(Task task) {
        return task.toBuilder().clearStatus().clearMeta().build();
    }

    private void put(Task task, View view, List<AssignmentChange> changes) {
        sent.add(task.getId());
        if (passed(task)) {
            release(task.getId(), changes);
        } else if (!needed.containsKey(task.getId())) {
            acquire(task, view, changes);
        }
        changes.add(change(
                AssignmentAction.UPDATE,
                Assignment.newBuilder()
                        .setTask(RegistryCredentials.fill(VolumeDrivers.fill(task, view), view))
                        .build()));
    }

    private void drop(String taskId, List<AssignmentChange> changes) {
        if (sent.remove(taskId)) {
            changes.add(change(
                    AssignmentAction.REMOVE,
                    Assignment.newBuilder()
                            .setTask(Task.newBuilder().setId(taskId))
                            .build()));
        }
        release(taskId, changes);
    }

    private void acquire(Task task, View view, List<AssignmentChange> changes) {
        Set<Dependency> dependencies = Dependency.of(task);
        needed.put(task.getId(), dependencies);
        for (Dependency dependency : dependencies) {
            if (users.merge(dependency, 1, Integer::sum) == 1) {
                dependency.find(view).ifPresent(found -> changes.add(change(AssignmentAction.UPDATE, found)));
            }
        }
    }

    private void release(String taskId, List<AssignmentChange> changes) {
        Set<Dependency> dependencies = needed.remove(taskId);
        if (dependencies == null) {
            return;
        }
        for (Dependency dependency : dependencies) {
            if (users.merge(dependency, -1, (count, step) -> count + step == 0 ? null : count + step) == null) {
                changes.add(change(AssignmentAction.REMOVE, dependency.bare()));
            }
        }
    }

    private static AssignmentChange change(AssignmentAction action, Assignment assignment) {
        return AssignmentChange.newBuilder()
                .setAction(action)
                .setAssignment(assignment)
                .build();
    }

    private AssignmentsMessage message(Type type, List<AssignmentChange> changes) {
        String appliesTo = sequence == 0 ? "" : Long.toString(sequence);
        sequence++;
        return AssignmentsMessage.newBuilder()
                .setType(type)
                .setAppliesTo(appliesTo)
                .setResultsIn(Long.toString(sequence))
                .addAllChanges(changes)
                .build();
    }

    /** A secret or config that tasks refer to. */
    private record Dependency(boolean secret, String id) {

        static Set<Dependency> of(Task task) {
            Set<Dependency> all = new LinkedHashSet<>();
            task.getSpec()
                    .getContainer()
                    .getSecretsList()
                    .forEach(ref -> all.add(new Dependency(true, ref.getSecretId())));
            task.getSpec()
                    .getContainer()
                    .getConfigsList()
                    .forEach(ref -> all.add(new Dependency(false, ref.getConfigId())));
            task.getSpec().getResourceReferencesList().forEach(ref -> {
                switch (ref.getResourceType()) {
                    case RESOURCE_TYPE_SECRET -> all.add(new Dependency(true, ref.getResourceId()));
                    case RESOURCE_TYPE_CONFIG -> all.add(new Dependency(false, ref.getResourceId()));
                    default -> {}
                }
            });
            return all;
        }

        Optional<Assignment> find(View view) {
            return secret
                    ? view.secrets().get(id).map(found -> Assignment.newBuilder()
                            .setSecret(found)
                            .build())
                    : view.configs().get(id).map(found -> Assignment.newBuilder()
                            .setConfig(found)
                            .build());
        }

        Assignment bare() {
            return secret
                    ? Assignment.newBuilder()
                            .setSecret(Secret.newBuilder().setId(id))
                            .build()
                    : Assignment.newBuilder()
                            .setConfig(Config.newBuilder().setId(id))
                            .build();
        }
    }
}
