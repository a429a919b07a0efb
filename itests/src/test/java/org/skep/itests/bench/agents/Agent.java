package org.skep.itests.bench.agents;

import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.skep.itests.bench.agents.Gate.Admitted;
import org.skep.protocol.AssignmentChange;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.AssignmentsRequest;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.DispatcherGrpc.DispatcherStub;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.HeartbeatRequest;
import org.skep.protocol.HeartbeatResponse;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.Platform;
import org.skep.protocol.Resources;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SessionRequest;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateTaskStatusRequest;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.UpdateTaskStatusResponse;
import org.skep.protocol.session.Pulse;

/**
 * A worker without tasks of its own: it talks to its manager as a daemon does, and says of each task that it is accepted,
 * prepared, started and runs, one state per report, one report at a time.
 */
final class Agent {

    private static final List<TaskState> LIFE =
            List.of(TaskState.ACCEPTED, TaskState.PREPARING, TaskState.STARTING, TaskState.RUNNING);

    private final Admitted node;
    private final int number;
    private final DispatcherStub dispatcher;
    private final ScheduledExecutorService clock;
    private final Progress progress;
    private final CompletableFuture<Void> open = new CompletableFuture<>();
    private final Set<String> known = new HashSet<>();
    private final Map<String, Integer> waiting =
            new LinkedHashMap<>(); // how far tasks have come that are not yet running
    private String session = "";
    private boolean reporting;

    Agent(Admitted node, int number, ScheduledExecutorService clock, Progress progress) {
        this.node = node;
        this.number = number;
        this.dispatcher = DispatcherGrpc.newStub(node.channel());
        this.clock = clock;
        this.progress = progress;
    }

    /** Opens the session; completes when all assignments there were have come. */
    CompletableFuture<Void> open() {
        NodeDescription description = NodeDescription.newBuilder()
                .setHostname("agent" + number)
                .setPlatform(Platform.newBuilder().setOs("linux").setArchitecture("x86_64"))
                .setResources(
                        Resources.newBuilder().setNanoCpus(64_000_000_000L).setMemoryBytes(256L << 30))
                .setEngine(EngineDescription.newBuilder().setEngineVersion("0.1.0"))
                .build();
        dispatcher.session(
                SessionRequest.newBuilder().setDescription(description).build(), new Heard<SessionMessage>() {
                    @Override
                    public void onNext(SessionMessage message) {
                        begin(message.getSessionId());
                    }
                });
        return open;
    }

    private synchronized void begin(String id) {
        if (!session.isEmpty()) {
            return;
        }
        session = id;
        beat();
        dispatcher.assignments(
                AssignmentsRequest.newBuilder().setSessionId(id).build(), new Heard<AssignmentsMessage>() {
                    @Override
                    public void onNext(AssignmentsMessage message) {
                        assigned(message);
                    }
                });
    }

    private void beat() {
        dispatcher.heartbeat(
                HeartbeatRequest.newBuilder().setSessionId(session).build(), new Heard<HeartbeatResponse>() {
                    @Override
                    public void onNext(HeartbeatResponse answer) {
                        Duration pulse = Pulse.of(Times.duration(answer.getPeriod()));
                        clock.schedule(Agent.this::beat, pulse.toMillis(), TimeUnit.MILLISECONDS);
                    }

                    @Override
                    public void onCompleted() {}
                });
    }

    private synchronized void assigned(AssignmentsMessage message) {
        for (AssignmentChange change : message.getChangesList()) {
            Task task = change.getAssignment().getTask();
            boolean update = change.getAction() == AssignmentChange.AssignmentAction.UPDATE;
            if (update && task.getDesiredState() == TaskState.RUNNING && known.add(task.getId())) {
                waiting.put(task.getId(), 0);
            }
        }
        open.complete(null);
        report();
    }

    private synchronized void report() {
        if (reporting || waiting.isEmpty()) {
            return;
        }
        reporting = true;
        Map<String, Integer> batch = new LinkedHashMap<>(waiting);
        UpdateTaskStatusRequest.Builder request =
                UpdateTaskStatusRequest.newBuilder().setSessionId(session);
        batch.forEach((id, step) -> request.addUpdates(TaskStatusUpdate.newBuilder()
                .setTaskId(id)
                .setStatus(TaskStatus.newBuilder()
                        .setState(LIFE.get(step))
                        .setTimestamp(Times.timestamp(Instant.now()))
                        .setMessage(LIFE.get(step).name().toLowerCase(Locale.ROOT)))));
        dispatcher.updateTaskStatus(request.build(), new Heard<UpdateTaskStatusResponse>() {
            @Override
            public void onNext(UpdateTaskStatusResponse answer) {}

            @Override
            public void onCompleted() {
                stored(batch);
            }
        });
    }

    private synchronized void stored(Map<String, Integer> batch) {
        reporting = false;
        int running = 0;
        for (Map.Entry<String, Integer> task : batch.entrySet()) {
            if (task.getValue() == LIFE.size() - 1) {
                waiting.remove(task.getKey());
                running++;
            } else {
                waiting.put(task.getKey(), task.getValue() + 1);
            }
        }
        progress.running(running);
        report();
    }

    void close() {
        node.channel().shutdownNow();
    }

    /** An agent that loses its manager ends the benchmark. */
    private abstract class Heard<T> implements StreamObserver<T> {
        @Override
        public void onError(Throwable failure) {
            open.completeExceptionally(failure);
            progress.fail("agent" + number, failure);
        }

        @Override
        public void onCompleted() {
            onError(new IllegalStateException("the manager ended the session"));
        }
    }
}
