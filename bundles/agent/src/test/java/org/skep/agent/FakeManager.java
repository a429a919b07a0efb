package org.skep.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.skep.api.SkepException;
import org.skep.protocol.Assignment;
import org.skep.protocol.AssignmentChange;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.reach.ExecInput;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Dispatcher;
import org.skep.protocol.session.Intake;
import org.skep.protocol.session.SessionListener;
import org.skep.protocol.session.WorkerSession;

/** A manager that assigns what a test says and keeps what the worker reports. */
final class FakeManager implements Dispatcher {

    final List<NodeDescription> descriptions = new CopyOnWriteArrayList<>();
    final List<PublishLogsMessage> logs = new CopyOnWriteArrayList<>();
    final List<Boolean> goodbyes = new CopyOnWriteArrayList<>();
    final AtomicInteger attempts = new AtomicInteger();
    private final Map<String, List<TaskStatus>> statuses = new ConcurrentHashMap<>();
    private final List<Task> assigned = new CopyOnWriteArrayList<>();
    private final Map<String, Ears> conversations = new ConcurrentHashMap<>();
    private volatile Optional<SessionListener> listener = Optional.empty();
    private volatile boolean refusing;
    private volatile boolean refusingStatuses;
    private volatile boolean refusingAnswers;

    /** Statuses fail from now on, though the session stays open: a full disk, for instance. */
    void refuseStatuses(boolean value) {
        refusingStatuses = value;
    }

    /** Nobody wants to know any more what the worker is asked. */
    void refuseAnswers(boolean value) {
        refusingAnswers = value;
    }

    void refuse(boolean value) {
        refusing = value;
    }

    @Override
    public WorkerSession open(String nodeId, NodeDescription description, SessionListener opened) {
        attempts.incrementAndGet();
        if (refusing) {
            throw new IllegalStateException("no leader");
        }
        descriptions.add(description);
        listener = Optional.of(opened);
        opened.session(SessionMessage.getDefaultInstance());
        opened.assignments(
                message(AssignmentsMessage.Type.COMPLETE, assigned, AssignmentChange.AssignmentAction.UPDATE));
        return new Session();
    }

    boolean connected() {
        return listener.isPresent();
    }

    void breakSession() {
        Optional<SessionListener> broken = listener;
        listener = Optional.empty();
        broken.ifPresent(present -> present.closed("connection lost"));
    }

    /** As when the node has another role, or a manager another address. */
    void renewSession() {
        listener.orElseThrow().renewed("the node is something else now");
    }

    void assign(Task task) {
        assigned.removeIf(known -> known.getId().equals(task.getId()));
        assigned.add(task);
        listener.ifPresent(present -> present.assignments(
                message(AssignmentsMessage.Type.INCREMENTAL, List.of(task), AssignmentChange.AssignmentAction.UPDATE)));
    }

    void remove(String taskId) {
        assigned.removeIf(known -> known.getId().equals(taskId));
        listener.ifPresent(present -> present.assignments(message(
                AssignmentsMessage.Type.INCREMENTAL,
                List.of(Task.newBuilder().setId(taskId).build()),
                AssignmentChange.AssignmentAction.REMOVE)));
    }

    void subscribe(SubscriptionMessage message) {
        listener.orElseThrow().subscription(message);
    }

    /** Asks the worker something, and hears what it answers. */
    Ears ask(ReachRequest.Builder request) {
        Ears ears = new Ears();
        String id = "r" + conversations.size();
        conversations.put(id, ears);
        listener.orElseThrow().reach(request.setId(id).build());
        return ears;
    }

    /** What a worker answers; it may be slow to take that. */
    static final class Ears implements Intake<FromNode> {
        final List<FromNode> heard = new CopyOnWriteArrayList<>();
        final CompletableFuture<Intake<ToNode>> toNode = new CompletableFuture<>();
        final CompletableFuture<Void> end = new CompletableFuture<>();
        volatile CompletableFuture<Void> taking = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<Void> take(FromNode message) {
            heard.add(message);
            return taking;
        }

        @Override
        public void end() {
            end.complete(null);
        }

        @Override
        public void fail(RuntimeException why) {
            end.completeExceptionally(why);
        }

        void say(ExecInput.Builder input) {
            toNode.join().take(ToNode.newBuilder().setExec(input).build());
        }

        String output() {
            StringBuilder output = new StringBuilder();
            heard.forEach(message -> output.append(message.getExec().getOut().toStringUtf8()));
            return output.toString();
        }

        ExecOutput last() {
            return heard.get(heard.size() - 1).getExec();
        }
    }

    Optional<TaskStatus> status(String taskId) {
        List<TaskStatus> all = statuses.getOrDefault(taskId, List.of());
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    TaskState state(String taskId) {
        return status(taskId).map(TaskStatus::getState).orElse(TaskState.NEW);
    }

    List<TaskState> states(String taskId) {
        return statuses.getOrDefault(taskId, List.of()).stream()
                .map(TaskStatus::getState)
                .toList();
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        logs.forEach(message -> message.getMessagesList()
                .forEach(line -> lines.add(line.getData().toStringUtf8().strip())));
        return lines;
    }

    private static AssignmentsMessage message(
            AssignmentsMessage.Type type, List<Task> tasks, AssignmentChange.AssignmentAction action) {
        AssignmentsMessage.Builder message = AssignmentsMessage.newBuilder().setType(type);
        tasks.forEach(task -> message.addChanges(AssignmentChange.newBuilder()
                .setAction(action)
                .setAssignment(Assignment.newBuilder().setTask(task))));
        return message.build();
    }

    private final class Session implements WorkerSession {
        @Override
        public void describe(NodeDescription description) {
            descriptions.add(description);
        }

        @Override
        public CompletionStage<Void> updateTaskStatus(List<TaskStatusUpdate> updates) {
            if (listener.isEmpty()) {
                return CompletableFuture.failedFuture(new IllegalStateException("session is over"));
            }
            if (refusingStatuses) {
                return CompletableFuture.failedFuture(new IllegalStateException("the log cannot be written"));
            }
            updates.forEach(update -> statuses.computeIfAbsent(update.getTaskId(), id -> new CopyOnWriteArrayList<>())
                    .add(update.getStatus()));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> publishLogs(PublishLogsMessage message) {
            logs.add(message);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public Intake<FromNode> converse(String requestId, Intake<ToNode> more) {
            if (refusingAnswers) {
                throw SkepException.state("NOT_FOUND", "nobody asks for " + requestId, "");
            }
            Ears ears = conversations.get(requestId);
            ears.toNode.complete(more);
            return ears;
        }

        @Override
        public void sayGoodbye(boolean forGood) {
            goodbyes.add(forGood);
        }

        @Override
        public void close() {
            listener = Optional.empty();
        }
    }
}
