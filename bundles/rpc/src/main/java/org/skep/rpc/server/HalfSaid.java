package org.skep.rpc.server;

import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what has come in part: once it is asked for, a request has to be here in full within a time, and so has a message
 * of a stream once it has begun; what all those have in memory that are not here in full is limited.
 */
final class HalfSaid extends ServerStreamTracer.Factory implements ServerInterceptor {

    /**
     * How much of it there may be.
     *
     * @param within the time for a request, or a message
     * @param bytes of nodes
     * @param anonymousBytes of those without a certificate
     */
    record Limits(Duration within, Shares.Limits bytes, Shares.Limits anonymousBytes) {
        static Limits defaults() {
            return new Limits(
                    Duration.ofSeconds(10),
                    new Shares.Limits(64 << 20, 32 << 20),
                    new Shares.Limits(16 << 20, 1 << 20));
        }
    }

    private static final Context.Key<Incoming> INCOMING = Context.key("skep-incoming");

    private final EventExecutorGroup timers;
    private final long withinMillis;
    private final Shares bytes;
    private final Shares anonymousBytes;

    HalfSaid(EventExecutorGroup timers, Limits limits) {
        this.timers = timers;
        this.withinMillis = limits.within().toMillis();
        this.bytes = new Shares(limits.bytes());
        this.anonymousBytes = new Shares(limits.anonymousBytes());
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Incoming();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Incoming incoming = INCOMING.get();
        EndableCall<Q, A> endable = new EndableCall<>(call) {
            @Override
            public void request(int messages) {
                incoming.asked();
                super.request(messages);
            }
        };
        incoming.begin(endable);
        return new SimpleForwardingServerCallListener<>(next.startCall(endable, headers)) {
            @Override
            public void onHalfClose() {
                incoming.end();
                super.onHalfClose();
            }
        };
    }

    /** What has come of a call. */
    private final class Incoming extends ServerStreamTracer {

        private Shares.Part held;
        private EndableCall<?, ?> call;
        private boolean single;
        private Future<?> limit;
        private boolean done;

        @Override
        public Context filterContext(Context context) {
            return context.withValue(INCOMING, this);
        }

        @Override
        public void serverCallStarted(ServerCallInfo<?, ?> started) {
            Gate.Peer peer = started.getAttributes().get(Gate.PEER);
            Shares shares = peer.identity().isPresent() ? bytes : anonymousBytes;
            held = shares.part(peer.host(), () -> refuse(Status.RESOURCE_EXHAUSTED, "too much has come in part"));
        }

        void begin(EndableCall<?, ?> started) {
            call = started;
            single = started.getMethodDescriptor().getType().clientSendsOneMessage();
        }

        /** Before anybody asks, it is not the caller's fault that nothing comes. */
        void asked() {
            if (single) {
                limit();
            }
        }

        @Override
        public void inboundMessage(int number) {
            limit();
        }

        @Override
        public void inboundWireSize(long more) {
            if (!held.take(more)) {
                refuse(Status.RESOURCE_EXHAUSTED, "too much has come in part");
            }
        }

        @Override
        public void inboundMessageRead(int number, long wire, long uncompressed) {
            // A single one is kept until the caller has said that it is all.
            if (!single) {
                release();
            }
        }

        @Override
        public void streamClosed(Status status) {
            end();
        }

        /** No more is to come. */
        void end() {
            synchronized (this) {
                done = true;
            }
            release();
        }

        private synchronized void limit() {
            if (limit == null && !done) {
                limit = timers.schedule(
                        () -> refuse(Status.DEADLINE_EXCEEDED, "the request did not come in full"),
                        withinMillis,
                        TimeUnit.MILLISECONDS);
            }
        }

        private void release() {
            synchronized (this) {
                if (limit != null) {
                    limit.cancel(false);
                    limit = null;
                }
            }
            if (held != null) {
                held.giveBack();
            }
        }

        private void refuse(Status status, String why) {
            call.end(status.withDescription(why));
        }
    }
}
