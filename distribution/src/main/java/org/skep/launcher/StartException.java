package org.skep.launcher;

/** Why the daemon cannot start, in the one line that the operator sees. */
final class StartException extends RuntimeException {

    private final int exitStatus;

    private StartException(int exitStatus, String line, Throwable cause) {
        super(line, cause);
        this.exitStatus = exitStatus;
    }

    /** What the operator asked for is wrong: another request is needed. */
    static StartException usage(String line) {
        return new StartException(2, line, null);
    }

    /** The request is right, but this machine does not allow it now. */
    static StartException failed(String line, Throwable cause) {
        return new StartException(1, line, cause);
    }

    int exitStatus() {
        return exitStatus;
    }
}
