package org.skep.itests.cluster;

/**
 * What a client did to one register, and what it was told.
 *
 * @param value what was written, or read; null reads as absent
 * @param called when the client began, by one clock of all clients
 * @param answered when it had its answer; {@link Long#MAX_VALUE} where none came, so that it may have happened at any
 *     time after, or never
 */
record Operation(int client, String register, Kind kind, String value, Answer answer, long called, long answered) {

    enum Kind {
        /** Refused if there is a value. */
        CREATE,
        /** Refused if there is none. */
        REMOVE,
        WRITE,
        READ
    }

    enum Answer {
        DONE,
        REFUSED,
        UNKNOWN
    }

    static final long NEVER = Long.MAX_VALUE;

    /** Whether this can have happened to a register with this value. */
    boolean possibleOn(String current) {
        return switch (answer) {
            case UNKNOWN -> true;
            case REFUSED -> kind == Kind.CREATE ? current != null : kind == Kind.REMOVE && current == null;
            case DONE ->
                switch (kind) {
                    case CREATE -> current == null;
                    case REMOVE -> current != null;
                    case WRITE -> true;
                    case READ -> value == null ? current == null : value.equals(current);
                };
        };
    }

    /** The register's value afterwards. */
    String applyTo(String current) {
        if (answer == Answer.REFUSED) {
            return current;
        }
        return switch (kind) {
            case CREATE -> current == null ? value : current;
            case REMOVE -> null;
            case WRITE -> value;
            case READ -> current;
        };
    }

    @Override
    public String toString() {
        return "%9.3f - %s  client %d: %s %s%s %s"
                .formatted(
                        called / 1e9,
                        answered == NEVER ? "    never" : "%9.3f".formatted(answered / 1e9),
                        client,
                        kind,
                        register,
                        value == null ? "" : " " + value,
                        answer);
    }
}
