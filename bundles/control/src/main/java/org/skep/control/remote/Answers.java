package org.skep.control.remote;

import io.grpc.stub.StreamObserver;
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
        A found;
        try {
            found = question.get();
        } catch (RuntimeException e) {
            refuse(answer, e);
            return;
        }
        answer.onNext(found);
        answer.onCompleted();
    }

    static void done(StreamObserver<Done> answer, Runnable request) {
        one(answer, () -> {
            request.run();
            return Done.getDefaultInstance();
        });
    }

    static SkepException reason(RuntimeException failure) {
        if (failure instanceof SkepException known) {
            return known;
        }
        LOG.error("A call of another manager failed", failure);
        return new SkepException(
                ErrorKind.INTERNAL, "INTERNAL", "the leader failed on this", "its log says more", failure);
    }

    static void refuse(StreamObserver<?> answer, RuntimeException failure) {
        SkepException reason = reason(failure);
        answer.onError(RemoteErrors.status(reason).asRuntimeException(RemoteErrors.trailers(reason)));
    }
}
