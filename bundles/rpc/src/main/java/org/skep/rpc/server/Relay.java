package org.skep.rpc.server;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;

/**
 * One call that comes in here and goes on elsewhere. Each side is read only as fast as the other takes it, and what ends one
 * ends the other. The onward call may begin later than the incoming one.
 */
final class Relay {

    private final ServerCall<byte[], byte[]> incoming;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private ClientCall<byte[], byte[]> onward;
    private boolean halfClosed;
    /** Nothing more goes on. */
    private boolean over;
    /** Nothing more goes back: the caller has been answered, or has given up. */
    private boolean closed;
    /** A message is to be asked of the caller once the onward call takes it. */
    private boolean callerWaits;
    /** A message is to be asked of the leader once the caller takes it. */
    private boolean leaderWaits;

    Relay(ServerCall<byte[], byte[]> incoming) {
        this.incoming = incoming;
    }

    MethodDescriptor<byte[], byte[]> method() {
        return incoming.getMethodDescriptor();
    }

    ServerCall.Listener<byte[]> fromCaller() {
        return new FromCaller();
    }

    /** There will be no onward call. */
    synchronized void refuse(Status status) {
        over = true;
        answer(status, new Metadata());
    }

    /** @return completes when the onward call has ended */
    synchronized CompletableFuture<Void> start(ClientCall<byte[], byte[]> call, Metadata headers) {
        if (over) {
            ended.complete(null);
            return ended;
        }
        onward = call;
        onward.start(new FromLeader(), headers);
        onward.request(1);
        incoming.request(1);
        if (halfClosed) {
            onward.halfClose();
        }
        return ended;
    }

    /** Ends the call as one that may be tried again. */
    synchronized void abandon(String why) {
        if (!over) {
            over = true;
            onward.cancel(why, null);
            answer(Status.UNAVAILABLE.withDescription(why), new Metadata());
        }
    }

    private void answer(Status status, Metadata trailers) {
        if (!closed) {
            closed = true;
            incoming.close(status, trailers);
        }
    }

    private final class FromCaller extends ServerCall.Listener<byte[]> {
        @Override
        public void onMessage(byte[] message) {
            synchronized (Relay.this) {
                if (over) {
                    return;
                }
                onward.sendMessage(message);
                if (onward.isReady()) {
                    incoming.request(1);
                } else {
                    callerWaits = true;
                }
            }
        }

        @Override
        public void onHalfClose() {
            synchronized (Relay.this) {
                halfClosed = true;
                if (onward != null && !over) {
                    onward.halfClose();
                }
            }
        }

        @Override
        public void onCancel() {
            synchronized (Relay.this) {
                closed = true;
                if (!over && onward != null) {
                    onward.cancel("the caller has given up", null);
                }
                over = true;
            }
        }

        @Override
        public void onReady() {
            synchronized (Relay.this) {
                if (leaderWaits && !over) {
                    leaderWaits = false;
                    onward.request(1);
                }
            }
        }
    }

    private final class FromLeader extends ClientCall.Listener<byte[]> {
        @Override
        public void onHeaders(Metadata headers) {
            synchronized (Relay.this) {
                if (!closed) {
                    incoming.sendHeaders(headers);
                }
            }
        }

        @Override
        public void onMessage(byte[] message) {
            synchronized (Relay.this) {
                if (closed) {
                    return;
                }
                incoming.sendMessage(message);
                if (incoming.isReady()) {
                    onward.request(1);
                } else {
                    leaderWaits = true;
                }
            }
        }

        @Override
        public void onReady() {
            synchronized (Relay.this) {
                if (callerWaits && !over) {
                    callerWaits = false;
                    incoming.request(1);
                }
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            synchronized (Relay.this) {
                over = true;
                answer(status, trailers);
            }
            ended.complete(null);
        }
    }
}
