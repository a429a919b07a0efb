package org.skep.rpc.server;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** A call that may end at any time, from any thread; what its service still says is not heard. */
class EndableCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

    private boolean closed;

    EndableCall(ServerCall<Q, A> call) {
        super(call);
    }

    void end(Status status) {
        close(status, new Metadata());
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
        if (!closed) {
            super.sendHeaders(headers);
        }
    }

    @Override
    public synchronized void sendMessage(A message) {
        if (!closed) {
            super.sendMessage(message);
        }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
        if (!closed) {
            closed = true;
            super.close(status, trailers);
        }
    }
}
