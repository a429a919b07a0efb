package org.skep.dispatcher;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.skep.api.SkepException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends calls with what came of them, in the codes that workers of swarm mode know. */
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private static final Map<String, Status.Code> CODES = Map.of(
            "NOT_YOUR_TASK", Status.Code.PERMISSION_DENIED,
            "INVALID_LINE", Status.Code.INVALID_ARGUMENT,
            "NOT_FOUND", Status.Code.NOT_FOUND,
            "NO_LEADER", Status.Code.ABORTED);

    private Answers() {}

    /** @param failure null if all went well */
    static <T> void complete(StreamObserver<T> answers, T answer, Throwable failure) {
        if (failure == null) {
            answers.onNext(answer);
            answers.onCompleted();
        } else {
            answers.onError(status(failure).asRuntimeException());
        }
    }

    static Status status(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof SkepException known) {
            return CODES.getOrDefault(known.code(), Status.Code.UNAVAILABLE)
                    .toStatus()
                    .withDescription(known.getMessage());
        }
        LOG.error("a call of a node failed", cause);
        return Status.INTERNAL.withDescription("the manager failed; its log has the details");
    }
}
