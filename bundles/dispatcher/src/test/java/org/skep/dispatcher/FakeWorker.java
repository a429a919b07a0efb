package org.skep.dispatcher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.skep.protocol.AssignmentChange;
import org.skep.protocol.AssignmentChange.AssignmentAction;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.Resources;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.session.Dispatcher;
import org.skep.protocol.session.SessionListener;
import org.skep.protocol.session.WorkerSession;

/** A worker that keeps what it hears, and runs tasks by saying so, if it is told to. */
final class FakeWorker implements SessionListener {

    static final NodeDescription DESCRIPTION = NodeDescription.newBuilder()
            .setHostname("alpha")
            .setResources(Resources.newBuilder().setNanoCpus(8_000_000_000L).setMemoryBytes(1L << 33))
            .setEngine(EngineDescription.newBuilder()
                    .addPlugins(
                            PluginDescription.newBuilder().setType("Network").setName("bridge")))
            .build();

    final List<SessionMessage> facts = new ArrayList<>();
    final List<AssignmentsMessage> assignments = new ArrayList<>();
    final List<SubscriptionMessage> subscriptions = new ArrayList<>();
    final List<ReachRequest> questions = new ArrayList<>();
    final List<String> closed = new ArrayList<>();
    final WorkerSession session;

    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, TaskState> states = new LinkedHashMap<>();
    private boolean obedient;

    FakeWorker(Dispatcher dispatcher, String nodeId) {
        session = dispatcher.open(nodeId, DESCRIPTION, this);
    }

    /** Runs and stops tasks as they come from now on. */
    FakeWorker obedient() {
        obedient = true;
        return this;
    }

    @Override
    public void session(SessionMessage message) {
        facts.add(message);
    }

    @Override
    public void assignments(AssignmentsMessage message) {
        assignments.add(message);
        if (message.getType() == AssignmentsMessage.Type.COMPLETE) {
            tasks.clear();
        }
        for (AssignmentChange change : message.getChangesList()) {
            if (change.getAssignment().hasTask()) {
                Task task = change.getAssignment().getTask();
                if (change.getAction() == AssignmentAction.REMOVE) {
                    tasks.remove(task.getId());
                } else {
                    tasks.put(task.getId(), task);
                    act(task);
                }
            }
        }
    }

    private void act(Task task) {
        TaskState now = states.getOrDefault(task.getId(), task.getStatus().getState());
        if (!obedient || now.getNumber() > TaskState.RUNNING_VALUE) {
            return;
        }
        if (task.getDesiredState().getNumber() >= TaskState.SHUTDOWN_VALUE) {
            report(task.getId(), TaskState.SHUTDOWN);
        } else if (task.getDesiredState().getNumber() > now.getNumber()) {
            report(task.getId(), TaskState.ACCEPTED);
            report(task.getId(), TaskState.PREPARING);
            report(task.getId(), TaskState.READY);
            if (task.getDesiredState() == TaskState.RUNNING) {
                report(task.getId(), TaskState.STARTING);
                report(task.getId(), TaskState.RUNNING);
            }
        }
    }

    void report(String taskId, TaskState state) {
        states.put(taskId, state);
        session.updateTaskStatus(List.of(update(taskId, state)));
    }

    static TaskStatusUpdate update(String taskId, TaskState state) {
        return TaskStatusUpdate.newBuilder()
                .setTaskId(taskId)
                .setStatus(TaskStatus.newBuilder().setState(state))
                .build();
    }

    @Override
    public void subscription(SubscriptionMessage message) {
        subscriptions.add(message);
    }

    @Override
    public void reach(ReachRequest request) {
        questions.add(request);
    }

    @Override
    public void closed(String reason) {
        closed.add(reason);
    }

    @Override
    public void renewed(String reason) {
        closed.add(reason);
    }

    Map<String, Task> tasks() {
        return tasks;
    }

    AssignmentsMessage lastAssignments() {
        return assignments.get(assignments.size() - 1);
    }
}
