package org.skep.rpc.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Bounds how many calls there are over connections without a certificate. */
final class AnonymousCalls implements ServerInterceptor {

    private static final Shares.Limits CALLS = new Shares.Limits(1_024, 256);
    private static final Status TOO_MANY =
            Status.RESOURCE_EXHAUSTED.withDescription("too many calls without a certificate");

    private final Shares calls = new Shares(CALLS);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Gate.Peer peer = call.getAttributes().get(Gate.PEER);
        if (peer.identity().isPresent()) {
            return next.startCall(call, headers);
        }
        EndableCall<Q, A> endable = new EndableCall<>(call);
        Shares.Part part = calls.part(peer.host(), () -> endable.end(TOO_MANY));
        if (!part.take(1)) {
            endable.end(TOO_MANY);
            return new ServerCall.Listener<>() {};
        }
        return new SimpleForwardingServerCallListener<>(next.startCall(endable, headers)) {
            @Override
            public void onCancel() {
                part.giveBack();
                super.onCancel();
            }

            @Override
            public void onComplete() {
                part.giveBack();
                super.onComplete();
            }
        };
    }
}
