package org.skep.api;

import java.util.Objects;

/**
 * The one exception that carries a message for the operator. The message is a single line that names the offending
 * value; the hint says what to do next.
 */
public final class SkepException extends RuntimeException {

    private final ErrorKind kind;
    private final String code;
    private final String hint;

    /**
     * @param code stable and upper case, such as {@code SERVICE_NAME_TAKEN}; scripts may rely on it
     * @param hint what would be right, or empty
     */
    public SkepException(ErrorKind kind, String code, String message, String hint, Throwable cause) {
        super(Objects.requireNonNull(message), cause);
        this.kind = Objects.requireNonNull(kind);
        this.code = Objects.requireNonNull(code);
        this.hint = Objects.requireNonNull(hint);
    }

    public static SkepException user(String code, String message, String hint) {
        return new SkepException(ErrorKind.USER, code, message, hint, null);
    }

    public static SkepException state(String code, String message, String hint) {
        return new SkepException(ErrorKind.STATE, code, message, hint, null);
    }

    public static SkepException resource(String code, String message, String hint, Throwable cause) {
        return new SkepException(ErrorKind.RESOURCE, code, message, hint, cause);
    }

    public static SkepException external(String code, String message, String hint, Throwable cause) {
        return new SkepException(ErrorKind.EXTERNAL, code, message, hint, cause);
    }

    public ErrorKind kind() {
        return kind;
    }

    public String code() {
        return code;
    }

    public String hint() {
        return hint;
    }

    /** Message and hint as one line. */
    public String line() {
        return hint.isEmpty() ? getMessage() : getMessage() + " (" + hint + ")";
    }
}
