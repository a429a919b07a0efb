package org.skep.agent.remote;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.skep.protocol.DispatcherGrpc.DispatcherStub;
import org.skep.protocol.HeartbeatRequest;
import org.skep.protocol.HeartbeatResponse;
import org.skep.protocol.Times;
import org.skep.protocol.session.Pulse;
import org.skep.protocol.session.SessionMetadata;

/** Lets the manager know, as long as a session lasts, that this node is there. Thread-safe. */
final class Heartbeat {

    private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

    private static final Duration GOODBYE_PATIENCE = Duration.ofSeconds(1);

    private final DispatcherStub dispatcher;
    private final HeartbeatRequest request;
    private final ScheduledExecutorService clock;
    private final Consumer<Status> failed;

    // Guarded by this.
    private Duration period = DEFAULT_PERIOD;
    private Future<?> next;
    private boolean over;

    /** @param failed told once that a beat was not answered, or not well */
    Heartbeat(DispatcherStub dispatcher, String sessionId, ScheduledExecutorService clock, Consumer<Status> failed) {
        this.dispatcher = dispatcher;
        this.request = HeartbeatRequest.newBuilder().setSessionId(sessionId).build();
        this.clock = clock;
        this.failed = failed;
    }

    /** A manager that is slow has as long as the node itself has, if it is slow. */
    void beat() {
        long patience;
        synchronized (this) {
            if (over) {
                return;
            }
            patience = period.toMillis();
        }
        try {
            dispatcher.withDeadlineAfter(patience, TimeUnit.MILLISECONDS).heartbeat(request, new Beat());
        } catch (RuntimeException e) {
            // Without a connection there is no call that could fail, and nobody else would notice that the beat stops.
            fail(Status.fromThrowable(e));
        }
    }

    private void fail(Status why) {
        if (stop()) {
            failed.accept(why);
        }
    }

    /** @return whether it went on until now */
    synchronized boolean stop() {
        boolean wasOn = !over;
        over = true;
        if (next != null) {
            next.cancel(false);
        }
        return wasOn;
    }

    void sayGoodbye(boolean forGood) {
        Metadata headers = new Metadata();
        headers.put(SessionMetadata.GOODBYE, forGood ? "leave" : "stop");
        dispatcher
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(GOODBYE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .heartbeat(request, new Unheeded());
    }

    private final class Beat implements StreamObserver<HeartbeatResponse> {
        @Override
        public void onNext(HeartbeatResponse answer) {
            Duration asked = Times.duration(answer.getPeriod());
            synchronized (Heartbeat.this) {
                period = asked.isZero() || asked.isNegative() ? DEFAULT_PERIOD : asked;
            }
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            fail(
                    status.getCode() == Status.Code.DEADLINE_EXCEEDED
                            ? status.withDescription("the manager does not answer")
                            : status);
        }

        @Override
        public void onCompleted() {
            synchronized (Heartbeat.this) {
                if (over) {
                    return;
                }
                try {
                    next = clock.schedule(Heartbeat.this::beat, Pulse.of(period).toMillis(), TimeUnit.MILLISECONDS);
                } catch (RejectedExecutionException e) {
                    // All sessions end.
                    over = true;
                }
            }
        }
    }

    /** The answer comes when nobody is there any more. */
    private static final class Unheeded implements StreamObserver<HeartbeatResponse> {
        @Override
        public void onNext(HeartbeatResponse answer) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
