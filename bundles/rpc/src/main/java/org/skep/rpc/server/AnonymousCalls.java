package org.skep.rpc.server;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the calls that come over connections without a certificate: how many there are, and how many, for how long, may be
 * only half said, each of which may hold a whole message.
 */
final class AnonymousCalls implements ServerInterceptor {

    /**
     * How much of it there may be.
     *
     * @param calls that are being answered
     * @param incomplete calls whose request has not come in full
     * @param completeWithin when the request has to be here
     */
    record Limits(int calls, int incomplete, Duration completeWithin) {
        static Limits defaults() {
            return new Limits(1_024, 32, Duration.ofSeconds(5));
        }
    }

    private final EventExecutorGroup timers;
    private final Limits limits;
    private final Semaphore calls;
    private final Semaphore incomplete;

    AnonymousCalls(EventExecutorGroup timers, Limits limits) {
        this.timers = timers;
        this.limits = limits;
        this.calls = new Semaphore(limits.calls());
        this.incomplete = new Semaphore(limits.incomplete());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (call.getAttributes().get(Gate.PEER).identity().isPresent()) {
            return next.startCall(call, headers);
        }
        if (!calls.tryAcquire()) {
            return tooMany(call);
        }
        if (!incomplete.tryAcquire()) {
            calls.release();
            return tooMany(call);
        }
        ServerCall<Q, A> once = new ClosedOnce<>(call);
        Permit whole = new Permit(calls);
        Permit half = new Permit(incomplete);
        Future<?> limit = timers.schedule(
                () -> once.close(
                        Status.DEADLINE_EXCEEDED.withDescription("the request did not come in full"), new Metadata()),
                limits.completeWithin().toMillis(),
                TimeUnit.MILLISECONDS);
        return new SimpleForwardingServerCallListener<>(next.startCall(once, headers)) {
            @Override
            public void onHalfClose() {
                complete();
                super.onHalfClose();
            }

            @Override
            public void onCancel() {
                end();
                super.onCancel();
            }

            @Override
            public void onComplete() {
                end();
                super.onComplete();
            }

            private void complete() {
                limit.cancel(false);
                half.release();
            }

            private void end() {
                complete();
                whole.release();
            }
        };
    }

    private static <Q> ServerCall.Listener<Q> tooMany(ServerCall<Q, ?> call) {
        call.close(Status.RESOURCE_EXHAUSTED.withDescription("too many calls without a certificate"), new Metadata());
        return new ServerCall.Listener<>() {};
    }

    /** The limit and the service may both want to close it. */
    private static final class ClosedOnce<Q, A> extends SimpleForwardingServerCall<Q, A> {

        private final AtomicBoolean closed = new AtomicBoolean();

        ClosedOnce(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (closed.compareAndSet(false, true)) {
                super.close(status, trailers);
            }
        }
    }

    /** Given back once. */
    private record Permit(Semaphore from, AtomicBoolean given) {
        Permit(Semaphore from) {
            this(from, new AtomicBoolean());
        }

        void release() {
            if (given.compareAndSet(false, true)) {
                from.release();
            }
        }
    }
}
