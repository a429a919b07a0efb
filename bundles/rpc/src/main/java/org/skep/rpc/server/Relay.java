package org.skep.rpc.server;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import org.skep.rpc.transport.Headers;

/**
 * One call that comes in here and goes on elsewhere. Each side is read only as fast as the other takes it, and what ends one
 * ends the other. The onward call may begin later than the incoming one, and another one may follow that nobody has taken.
 */
final class Relay {

    /** How it goes with an onward call. */
    interface Onward {
        /** It has ended. */
        void ended();

        /** Nobody has taken it. @return whether another one will follow */
        boolean again();
    }

    private final ServerCall<byte[], byte[]> incoming;
    private ClientCall<byte[], byte[]> onward;
    private Onward fate;
    /** The caller's message that is to go on, or to go on again if it is not taken: all of it, or one that has just come. */
    private byte[] held;

    private boolean halfClosed;
    /** Something has gone on. */
    private boolean sent;
    /** Something has come back. */
    private boolean answered;
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

    /** @param call tells when it is ready for messages, whatever its kind */
    void start(ClientCall<byte[], byte[]> call, Metadata headers, Onward listener) {
        if (!begin(call, headers, listener)) {
            listener.ended();
        }
    }

    private synchronized boolean begin(ClientCall<byte[], byte[]> call, Metadata headers, Onward listener) {
        if (over) {
            return false;
        }
        onward = call;
        fate = listener;
        sent = false;
        leaderWaits = false;
        onward.start(new FromLeader(call), headers);
        onward.request(1);
        if (held != null) {
            send(held);
        }
        if (held == null || !isSingle()) {
            held = null;
            callerWaits = true;
            askCaller();
        }
        if (halfClosed) {
            halfClose();
        }
        return true;
    }

    /** Ends the onward call; if the leader may have taken it, ends the incoming one as one that may be tried again. */
    void abandon(ClientCall<byte[], byte[]> call, String why) {
        Onward untaken = null;
        synchronized (this) {
            if (over || onward != call) {
                return;
            }
            if (sent) {
                over = true;
                answer(Status.UNAVAILABLE.withDescription(why), new Metadata());
            } else {
                onward = null;
                untaken = fate;
            }
            call.cancel(why, null);
        }
        if (untaken != null) {
            untaken.ended();
            again(untaken, Status.UNAVAILABLE.withDescription(why), new Metadata());
        }
    }

    private void again(Onward untaken, Status status, Metadata trailers) {
        if (!untaken.again()) {
            synchronized (this) {
                over = true;
                answer(status, trailers);
            }
        }
    }

    private void answer(Status status, Metadata trailers) {
        if (!closed) {
            closed = true;
            incoming.close(status, trailers);
        }
    }

    private void askCaller() {
        if (callerWaits && onward.isReady()) {
            callerWaits = false;
            incoming.request(1);
        }
    }

    private boolean isSingle() {
        return method().getType().clientSendsOneMessage();
    }

    private void send(byte[] message) {
        sent = true;
        onward.sendMessage(message);
    }

    private void halfClose() {
        sent = true;
        onward.halfClose();
    }

    private final class FromCaller extends ServerCall.Listener<byte[]> {
        @Override
        public void onMessage(byte[] message) {
            synchronized (Relay.this) {
                if (over) {
                    return;
                }
                if (isSingle() || onward == null) {
                    held = message;
                }
                if (onward != null) {
                    send(message);
                    callerWaits = true;
                    askCaller();
                }
            }
        }

        @Override
        public void onHalfClose() {
            synchronized (Relay.this) {
                halfClosed = true;
                if (onward != null && !over) {
                    halfClose();
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

        private final ClientCall<byte[], byte[]> call;

        FromLeader(ClientCall<byte[], byte[]> call) {
            this.call = call;
        }

        @Override
        public void onHeaders(Metadata headers) {
            synchronized (Relay.this) {
                if (!closed && onward == call) {
                    taken();
                    incoming.sendHeaders(headers);
                }
            }
        }

        @Override
        public void onMessage(byte[] message) {
            synchronized (Relay.this) {
                if (closed || onward != call) {
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

        private void taken() {
            answered = true;
            held = null;
        }

        @Override
        public void onReady() {
            synchronized (Relay.this) {
                if (onward == call && !over) {
                    askCaller();
                }
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            Onward listener;
            boolean untaken;
            synchronized (Relay.this) {
                if (onward != call) {
                    return;
                }
                listener = fate;
                untaken = !over && !answered && isUntaken(status, trailers);
                if (untaken) {
                    onward = null;
                } else {
                    over = true;
                    answer(status, trailers);
                }
            }
            listener.ended();
            if (untaken) {
                again(listener, status, trailers);
            }
        }

        /** It could not be reached, or says so and whatever went on is here still. */
        private boolean isUntaken(Status status, Metadata trailers) {
            return sent
                    ? trailers.containsKey(Headers.NOT_TAKEN) && held != null
                    : trailers.containsKey(Headers.NOT_TAKEN) || status.getCode() == Status.Code.UNAVAILABLE;
        }
    }
}
