package org.skep.shell.session;

/** Reads from a terminal what must not be seen on it. */
public interface HiddenInput {

    /**
     * @return null if the terminal is gone, or the user has nothing to say
     * @throws InterruptedException when the user presses Ctrl-C
     */
    String ask(String question) throws InterruptedException;
}
