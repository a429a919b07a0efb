package org.skep.rpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.skep.api.ErrorKind;
import org.skep.api.SkepException;

/**
 * How errors travel in calls. A service answers with a {@link SkepException}, thrown or as {@code onError}: the server
 * turns it into a status that any client understands, with code and hint beside it for ours.
 */
public final class RemoteErrors {

    private static final Metadata.Key<String> KIND = Metadata.Key.of("skep-kind", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> CODE = Metadata.Key.of("skep-code", Metadata.ASCII_STRING_MARSHALLER);
    // Hints may hold any character: binary.
    private static final Metadata.Key<byte[]> HINT = Metadata.Key.of("skep-hint-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /** All of it travels as headers, of which there may be 8 KiB; a character takes up to nine bytes there. */
    private static final int LONGEST = 400;

    /** Where a code says more than its kind. */
    private static final Map<String, Status> BY_CODE = Map.of(
            "NOT_FOUND", Status.NOT_FOUND,
            "NAME_CONFLICT", Status.ALREADY_EXISTS,
            "PERMISSION_DENIED", Status.PERMISSION_DENIED,
            "NO_LEADER", Status.UNAVAILABLE,
            "OUT_OF_SEQUENCE", Status.ABORTED);

    private RemoteErrors() {}

    public static Status status(SkepException error) {
        Status byKind =
                switch (error.kind()) {
                    case USER -> Status.INVALID_ARGUMENT;
                    case STATE -> Status.FAILED_PRECONDITION;
                    case RESOURCE -> Status.RESOURCE_EXHAUSTED;
                    case EXTERNAL -> Status.UNAVAILABLE;
                    case INTERNAL -> Status.INTERNAL;
                };
        return BY_CODE.getOrDefault(error.code(), byKind)
                .withDescription(shortened(error.getMessage()))
                .withCause(error);
    }

    /** What travels beside {@link #status}. */
    public static Metadata trailers(SkepException error) {
        Metadata trailers = new Metadata();
        trailers.put(KIND, error.kind().name());
        trailers.put(CODE, error.code());
        trailers.put(HINT, shortened(error.hint()).getBytes(StandardCharsets.UTF_8));
        return trailers;
    }

    /**
     * What a failed call says to the operator: the error of a service of ours as it was, anything else as
     * {@code UNREACHABLE} if the manager could not be reached, or {@code CALL_FAILED}.
     */
    public static SkepException of(StatusRuntimeException failure) {
        Metadata trailers = failure.getTrailers() == null ? new Metadata() : failure.getTrailers();
        String description = failure.getStatus().getDescription() == null
                ? failure.getStatus().getCode().name()
                : failure.getStatus().getDescription();
        String code = trailers.get(CODE);
        if (code != null) {
            byte[] hint = trailers.get(HINT);
            return new SkepException(
                    kind(trailers.get(KIND)),
                    code,
                    description,
                    hint == null ? "" : new String(hint, StandardCharsets.UTF_8),
                    failure);
        }
        boolean unreachable = failure.getStatus().getCode() == Status.Code.UNAVAILABLE
                || failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
        return new SkepException(
                ErrorKind.EXTERNAL, unreachable ? "UNREACHABLE" : "CALL_FAILED", oneLine(description), "", failure);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    private static String oneLine(String text) {
        return text.lines().findFirst().orElse("").strip();
    }

    /** A manager of another version may know kinds that we do not. */
    private static ErrorKind kind(String name) {
        for (ErrorKind kind : ErrorKind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        return ErrorKind.EXTERNAL;
    }
}
