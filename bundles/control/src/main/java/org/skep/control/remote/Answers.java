package org.skep.control.remote;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;
import org.skep.api.ErrorKind;
import org.skep.api.SkepException;
import org.skep.protocol.control.Done;
import org.skep.rpc.RemoteErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives answers, or the reason why there is none. */
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private Answers() {}

    static <A> void one(StreamObserver<A> answer, Supplier<A> question) {
        each(answer, () -> List.of(question.get()));
    }

    static void done(StreamObserver<Done> answer, Runnable request) {
        one(answer, () -> {
            request.run();
            return Done.getDefaultInstance();
        });
    }

    static <A> void each(StreamObserver<A> answer, Supplier<List<A>> question) {
        List<A> all;
        try {
            all = question.get();
        } catch (RuntimeException e) {
            refuse(answer, e);
            return;
        }
        all.forEach(answer::onNext);
        answer.onCompleted();
    }

    static void refuse(StreamObserver<?> answer, RuntimeException failure) {
        SkepException reason;
        if (failure instanceof SkepException known) {
            reason = known;
        } else {
            LOG.error("A call of another manager failed", failure);
            reason = new SkepException(
                    ErrorKind.INTERNAL, "INTERNAL", "the leader failed on this", "its log says more", failure);
        }
        Status status = RemoteErrors.status(reason);
        answer.onError(status.asRuntimeException(RemoteErrors.trailers(reason)));
    }
}
