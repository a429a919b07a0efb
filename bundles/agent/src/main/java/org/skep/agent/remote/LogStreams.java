package org.skep.agent.remote;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.skep.protocol.LogBrokerGrpc.LogBrokerStub;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.PublishLogsResponse;

/**
 * Log lines on their way to the manager, a stream for each subscription. A message counts as taken when the stream has room
 * for the next: a slow reader slows down who waits for that. Thread-safe.
 */
final class LogStreams {

    private final LogBrokerStub stub;
    private final Map<String, LogStream> open = new HashMap<>();
    private boolean closed;

    LogStreams(LogBrokerStub stub) {
        this.stub = stub;
    }

    CompletionStage<Void> publish(PublishLogsMessage message) {
        LogStream stream;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedStage(
                        Status.CANCELLED.withDescription("the session is over").asRuntimeException());
            }
            stream = open.computeIfAbsent(message.getSubscriptionId(), id -> begin());
            if (message.getClose()) {
                open.remove(message.getSubscriptionId());
            }
        }
        return stream.send(message);
    }

    private LogStream begin() {
        LogStream stream = new LogStream();
        stub.publishLogs(stream);
        return stream;
    }

    /** Nobody wants these lines any more. */
    void end(String subscriptionId) {
        LogStream stream;
        synchronized (this) {
            stream = open.remove(subscriptionId);
        }
        if (stream != null) {
            stream.cancel();
        }
    }

    void close() {
        Map<String, LogStream> all;
        synchronized (this) {
            closed = true;
            all = Map.copyOf(open);
            open.clear();
        }
        all.values().forEach(LogStream::cancel);
    }

    private static final class LogStream implements ClientResponseObserver<PublishLogsMessage, PublishLogsResponse> {
        private final Queue<CompletableFuture<Void>> waiting = new ArrayDeque<>();
        private ClientCallStreamObserver<PublishLogsMessage> call;
        private Throwable failure;

        @Override
        public void beforeStart(ClientCallStreamObserver<PublishLogsMessage> stream) {
            call = stream;
            stream.setOnReadyHandler(this::goOn);
        }

        CompletionStage<Void> send(PublishLogsMessage message) {
            CompletableFuture<Void> taken = new CompletableFuture<>();
            synchronized (this) {
                if (failure != null) {
                    return CompletableFuture.failedStage(failure);
                }
                call.onNext(message);
                if (message.getClose()) {
                    call.onCompleted();
                    return CompletableFuture.completedStage(null);
                }
                if (!call.isReady()) {
                    waiting.add(taken);
                    return taken;
                }
            }
            taken.complete(null);
            return taken;
        }

        private void goOn() {
            Queue<CompletableFuture<Void>> taken;
            synchronized (this) {
                taken = new ArrayDeque<>(waiting);
                waiting.clear();
            }
            taken.forEach(message -> message.complete(null));
        }

        @Override
        public void onNext(PublishLogsResponse answer) {
            // The end of the stream is what counts.
        }

        @Override
        public void onError(Throwable error) {
            fail(error);
        }

        @Override
        public void onCompleted() {
            fail(Status.CANCELLED.withDescription("the stream is complete").asRuntimeException());
        }

        private void fail(Throwable error) {
            Queue<CompletableFuture<Void>> lost;
            synchronized (this) {
                failure = error;
                lost = new ArrayDeque<>(waiting);
                waiting.clear();
            }
            lost.forEach(message -> message.completeExceptionally(error));
        }

        void cancel() {
            fail(Status.CANCELLED.withDescription("nobody wants these lines").asRuntimeException());
            call.cancel("nobody wants these lines", null);
        }
    }
}
