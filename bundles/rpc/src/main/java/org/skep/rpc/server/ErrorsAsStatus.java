package org.skep.rpc.server;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.skep.api.SkepException;
import org.skep.rpc.RemoteErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what services throw, or answer with, as a status; a defect is logged here and told as little as can be. */
final class ErrorsAsStatus implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorsAsStatus.class);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        ServerCall<Q, A> translating = new Translating<>(call);
        ServerCall.Listener<Q> listener;
        try {
            listener = next.startCall(translating, headers);
        } catch (RuntimeException e) {
            fail(translating, e);
            return new ServerCall.Listener<>() {};
        }
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onMessage(Q message) {
                guarded(() -> super.onMessage(message));
            }

            @Override
            public void onHalfClose() {
                guarded(super::onHalfClose);
            }

            @Override
            public void onReady() {
                guarded(super::onReady);
            }

            private void guarded(Runnable step) {
                try {
                    step.run();
                } catch (RuntimeException e) {
                    fail(translating, e);
                }
            }
        };
    }

    private static void fail(ServerCall<?, ?> call, RuntimeException failure) {
        if (call.isCancelled()) {
            return;
        }
        Status status = Status.fromThrowable(failure);
        try {
            call.close(status.getCode() == Status.Code.UNKNOWN ? status.withCause(failure) : status, new Metadata());
        } catch (IllegalStateException e) {
            LOG.debug("{} had ended when it failed", call.getMethodDescriptor().getFullMethodName(), failure);
        }
    }

    private static final class Translating<Q, A> extends SimpleForwardingServerCall<Q, A> {

        Translating(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (status.getCode() != Status.Code.UNKNOWN || status.getCause() == null) {
                super.close(status, trailers);
            } else if (status.getCause() instanceof SkepException error) {
                trailers.merge(RemoteErrors.trailers(error));
                super.close(RemoteErrors.status(error), trailers);
            } else {
                LOG.error("{} failed", getMethodDescriptor().getFullMethodName(), status.getCause());
                super.close(Status.INTERNAL.withDescription("the manager failed; its log says more"), trailers);
            }
        }
    }
}
