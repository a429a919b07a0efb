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

    /** Errors travel as headers, of which there may be 8 KiB; a character takes up to nine bytes there. */
    private static final int LONGEST = 400;

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

    static void refuse(StreamObserver<?> answer, RuntimeException failure) {
        SkepException reason;
        if (failure instanceof SkepException known) {
            reason = known;
        } else {
            LOG.error("A call of another manager failed", failure);
            reason = new SkepException(
                    ErrorKind.INTERNAL, "INTERNAL", "the leader failed on this", "its log says more", failure);
        }
        SkepException told = shortened(reason);
        answer.onError(RemoteErrors.status(told).asRuntimeException(RemoteErrors.trailers(told)));
    }

    private static SkepException shortened(SkepException reason) {
        if (reason.getMessage().length() <= LONGEST && reason.hint().length() <= LONGEST) {
            return reason;
        }
        return new SkepException(
                reason.kind(), reason.code(), shortened(reason.getMessage()), shortened(reason.hint()), reason);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
