package org.skep.control.remote;

import com.google.protobuf.MessageLite;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Sends a list part by part, as fast as it is taken: however long it is, little of it is on its way at a time. */
final class Parts {

    private static final int BYTES = 256 << 10;

    private Parts() {}

    /** @param part a message with these objects */
    static <T extends MessageLite, P> void send(
            StreamObserver<P> answer, Supplier<List<T>> question, Function<List<T>, P> part) {
        List<T> all;
        try {
            all = question.get();
        } catch (RuntimeException e) {
            Answers.refuse(answer, e);
            return;
        }
        ServerCallStreamObserver<P> taker = (ServerCallStreamObserver<P>) answer;
        // Whoever does not want the rest just does not get it.
        taker.setOnCancelHandler(() -> {});
        Iterator<T> rest = all.iterator();
        Runnable pump = () -> {
            while (taker.isReady() && rest.hasNext()) {
                taker.onNext(part.apply(next(rest)));
                if (!rest.hasNext()) {
                    taker.onCompleted();
                }
            }
        };
        if (all.isEmpty()) {
            taker.onCompleted();
        } else {
            taker.setOnReadyHandler(pump);
            pump.run();
        }
    }

    private static <T extends MessageLite> List<T> next(Iterator<T> rest) {
        List<T> part = new ArrayList<>();
        for (int size = 0; size < BYTES && rest.hasNext(); ) {
            T object = rest.next();
            part.add(object);
            size += object.getSerializedSize();
        }
        return part;
    }
}
