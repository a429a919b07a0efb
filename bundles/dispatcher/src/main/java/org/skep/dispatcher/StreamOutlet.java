package org.skep.dispatcher;

import io.grpc.stub.ServerCallStreamObserver;

/** A stream of gRPC that a node reads at its own pace. */
final class StreamOutlet<T> implements Outlet<T> {

    private final ServerCallStreamObserver<T> stream;
    private boolean ended;

    StreamOutlet(ServerCallStreamObserver<T> stream) {
        this.stream = stream;
    }

    @Override
    public boolean ready() {
        return !ended && !stream.isCancelled() && stream.isReady();
    }

    @Override
    public void send(T message) {
        stream.onNext(message);
    }

    @Override
    public void end(Ending ending) {
        if (!ended) {
            ended = true;
            stream.onError(ending.status().asRuntimeException());
        }
    }
}
