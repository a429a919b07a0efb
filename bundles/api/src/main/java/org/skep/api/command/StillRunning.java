package org.skep.api.command;

/** Ctrl-C ended the waiting, not the work: the message is what the user is told instead of "Interrupted". */
public final class StillRunning extends InterruptedException {

    private static final long serialVersionUID = 1L;

    public StillRunning(String message) {
        super(message);
    }

    /** What to tell the user of a line that Ctrl-C ended. */
    public static String message(InterruptedException e) {
        return e instanceof StillRunning ? e.getMessage() : "Interrupted";
    }
}
