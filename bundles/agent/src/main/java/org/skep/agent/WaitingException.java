package org.skep.agent;

/** The task cannot go on until a driver is there. */
final class WaitingException extends RuntimeException {
    WaitingException(String reason) {
        super(reason, null, false, false);
    }
}
