package org.skep.client;

/** Why the client cannot do what it was asked to, in the one line that the operator sees. */
final class ClientException extends RuntimeException {

    private final int exitStatus;

    private ClientException(int exitStatus, String line, Throwable cause) {
        super(line, cause);
        this.exitStatus = exitStatus;
    }

    static ClientException usage(String line) {
        return new ClientException(2, line + " (see 'skep --help')", null);
    }

    static ClientException failed(String line, Throwable cause) {
        return new ClientException(1, line, cause);
    }

    int exitStatus() {
        return exitStatus;
    }
}
