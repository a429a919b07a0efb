package org.skep.rpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.skep.api.SkepException;
import org.skep.protocol.session.Intake;

/**
 * One end of a conversation that a call carries, as an intake for what goes to the other end. Each direction goes as fast as
 * its reader takes it. What breaks the call off fails the reader with the {@link StatusRuntimeException} of the call.
 * Thread-safe.
 */
public final class Exchange<I, O> implements Intake<O> {

    // Set before anything comes.
    private Intake<I> incoming;
    private CallStreamObserver<O> call;
    private boolean serving;
    private Consumer<RuntimeException> breakOff;

    // Guarded by this.
    private CompletableFuture<Void> waiting;
    private boolean ended;
    private boolean over;
    private boolean heardAll;

    private Exchange() {}

    /** Begins a conversation. To fail it cancels the call. */
    public static <I, O> Intake<O> call(
            Channel channel, MethodDescriptor<O, I> method, CallOptions options, Intake<I> incoming) {
        Exchange<I, O> exchange = new Exchange<>();
        exchange.incoming = incoming;
        ClientCalls.asyncBidiStreamingCall(channel.newCall(method, options), exchange.new Client());
        return exchange;
    }

    /**
     * Takes part in a conversation that someone else has begun.
     *
     * @param talk called once, with where the answers go
     * @return for what comes
     */
    public static <I, O> StreamObserver<I> serve(StreamObserver<O> answers, Function<Intake<O>, Intake<I>> talk) {
        Exchange<I, O> exchange = new Exchange<>();
        ServerCallStreamObserver<O> stream = (ServerCallStreamObserver<O>) answers;
        StreamObserver<I> server = exchange.new Server(stream);
        exchange.incoming = talk.apply(exchange);
        stream.request(1);
        return server;
    }

    @Override
    public CompletionStage<Void> take(O message) {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        synchronized (this) {
            if (ended || over) {
                taken.completeExceptionally(gone());
                return taken;
            }
            call.onNext(message);
            if (!call.isReady()) {
                waiting = taken;
                return taken;
            }
        }
        taken.complete(null);
        return taken;
    }

    @Override
    public void end() {
        synchronized (this) {
            if (!ended && !over) {
                ended = true;
                // who serves ends both directions
                over = serving;
                heardAll |= serving;
                call.onCompleted();
            }
        }
    }

    @Override
    public void fail(RuntimeException why) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            heardAll = true;
        }
        breakOff.accept(why);
        release();
    }

    private void ready() {
        CompletableFuture<Void> taken;
        synchronized (this) {
            taken = waiting;
            waiting = null;
        }
        if (taken != null) {
            taken.complete(null);
        }
    }

    /** Nobody takes any more. */
    private void release() {
        CompletableFuture<Void> lost;
        synchronized (this) {
            lost = waiting;
            waiting = null;
        }
        if (lost != null) {
            lost.completeExceptionally(gone());
        }
    }

    private static RuntimeException gone() {
        return Status.CANCELLED.withDescription("the conversation is over").asRuntimeException();
    }

    private void heard(I message) {
        incoming.take(message).whenComplete((taken, failure) -> {
            if (failure == null) {
                call.request(1);
            } else {
                fail(gone());
            }
        });
    }

    /** @return whether this is the first word of it */
    private synchronized boolean heardAll() {
        boolean first = !heardAll;
        heardAll = true;
        return first;
    }

    private void broken(Throwable failure) {
        synchronized (this) {
            over = true;
        }
        release();
        if (heardAll()) {
            incoming.fail(
                    failure instanceof StatusRuntimeException known
                            ? known
                            : Status.fromThrowable(failure).asRuntimeException());
        }
    }

    private final class Client implements ClientResponseObserver<O, I> {
        @Override
        public void beforeStart(ClientCallStreamObserver<O> stream) {
            call = stream;
            breakOff = why -> stream.cancel("broken off", why);
            stream.disableAutoRequestWithInitial(1);
            stream.setOnReadyHandler(Exchange.this::ready);
        }

        @Override
        public void onNext(I message) {
            heard(message);
        }

        @Override
        public void onError(Throwable failure) {
            broken(failure);
        }

        @Override
        public void onCompleted() {
            synchronized (Exchange.this) {
                // who serves has nothing more to say, and so does not listen either
                over = true;
            }
            release();
            if (heardAll()) {
                incoming.end();
            }
        }
    }

    private final class Server implements StreamObserver<I> {
        Server(ServerCallStreamObserver<O> stream) {
            call = stream;
            serving = true;
            breakOff = why -> refuse(stream, why);
            stream.disableAutoRequest();
            stream.setOnReadyHandler(Exchange.this::ready);
            stream.setOnCancelHandler(() -> broken(gone()));
        }

        private void refuse(ServerCallStreamObserver<O> stream, RuntimeException why) {
            Metadata trailers = new Metadata();
            Status status = Status.fromThrowable(why);
            if (why instanceof SkepException error) {
                status = RemoteErrors.status(error);
                trailers = RemoteErrors.trailers(error);
            }
            stream.onError(status.asRuntimeException(trailers));
        }

        @Override
        public void onNext(I message) {
            heard(message);
        }

        @Override
        public void onError(Throwable failure) {
            broken(failure);
        }

        @Override
        public void onCompleted() {
            if (heardAll()) {
                incoming.end();
            }
        }
    }
}
