package org.skep.agent.remote;

import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.skep.protocol.DispatcherGrpc.DispatcherStub;
import org.skep.protocol.UpdateTaskStatusRequest;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.UpdateTaskStatusResponse;

/** Tells a manager how tasks are, in calls that it takes. */
record StatusCalls(DispatcherStub dispatcher) {

    /** A manager commits a status before it answers, which takes what its slowest disk takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** So many statuses are well below what a manager receives in one message. */
    private static final int STATUSES = 1_000;

    /** @return completes when the manager has stored all of them */
    CompletionStage<Void> send(String sessionId, List<TaskStatusUpdate> updates) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (int from = 0; from < updates.size(); from += STATUSES) {
            Stored stored = new Stored();
            parts.add(stored.done);
            dispatcher
                    .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .updateTaskStatus(
                            UpdateTaskStatusRequest.newBuilder()
                                    .setSessionId(sessionId)
                                    .addAllUpdates(updates.subList(from, Math.min(from + STATUSES, updates.size())))
                                    .build(),
                            stored);
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }

    private static final class Stored implements StreamObserver<UpdateTaskStatusResponse> {
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        @Override
        public void onNext(UpdateTaskStatusResponse answer) {
            // The end of the call is what counts.
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            done.complete(null);
        }
    }
}
