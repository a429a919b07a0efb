package org.skep.dispatcher;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What comes back on one call. */
final class Answer<Q, A> implements ClientResponseObserver<Q, A> {

    final List<A> messages = new ArrayList<>();
    Optional<Status> end = Optional.empty();
    private final boolean slow;
    private ClientCallStreamObserver<Q> call;

    private Answer(boolean slow) {
        this.slow = slow;
    }

    static <Q, A> Answer<Q, A> prompt() {
        return new Answer<>(false);
    }

    /** Reads only what {@link #read} asks for. */
    static <Q, A> Answer<Q, A> slow() {
        return new Answer<>(true);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
        call = stream;
        if (slow) {
            stream.disableAutoRequestWithInitial(1);
        }
    }

    void read(int count) {
        call.request(count);
    }

    void cancel() {
        call.cancel("the test has seen enough", null);
    }

    A last() {
        return messages.get(messages.size() - 1);
    }

    Status.Code code() {
        return end.orElseThrow().getCode();
    }

    @Override
    public void onNext(A message) {
        messages.add(message);
    }

    @Override
    public void onError(Throwable failure) {
        end = Optional.of(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        end = Optional.of(Status.OK);
    }
}
