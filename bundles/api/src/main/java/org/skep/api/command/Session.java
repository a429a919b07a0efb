package org.skep.api.command;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/** Who runs a command, and where its input and output go. */
public interface Session {

    String user();

    Role role();

    /** Where the user comes from, such as {@code 10.0.0.7:51234}. */
    String origin();

    /** The line's standard input; empty unless something is piped or sent into it. */
    InputStream in();

    /** For output that cannot wait for {@link ShellCommand#run} to return: logs, progress. */
    PrintStream out();

    /** Warnings and progress that must not mix with a result. */
    PrintStream err();

    /** The terminal, if {@link #out} reaches one: not when piped, in batch, or over a plain exec channel. */
    Optional<Screen> screen();

    /** A variable of the client's environment that it chose to send, such as {@code LANG} or {@code NO_COLOR}. */
    Optional<String> environment(String name);

    /**
     * Opens what a file argument names: {@code -} is standard input, anything else a file on this host, which only an
     * admin may read. Relative names start from the local client's working directory.
     *
     * @param limit more bytes than this are refused
     * @throws org.skep.api.SkepException if it cannot be read, is too large, or the role does not allow it
     */
    byte[] read(String file, int limit);

    /**
     * Asks for something that nobody may see, such as a token: what is typed at the terminal is not shown; where there is
     * none, it is the next line of standard input.
     *
     * @param question such as {@code Enter unlock key: }; not printed where nobody types
     * @throws org.skep.api.SkepException {@code NO_INPUT} if there is no answer
     * @throws InterruptedException when the user presses Ctrl-C
     */
    String secret(String question) throws InterruptedException;

    /**
     * Adds to the audit log what its line about this command alone does not tell.
     *
     * @param event such as {@code exec-start}
     */
    void audit(String event, Map<String, Object> details);

    /** A terminal's properties; they change as the user resizes the window. */
    interface Screen {

        int width();

        int height();

        boolean colour();

        /**
         * Hands the terminal over to a program that runs elsewhere: every key goes to it as it is typed, Ctrl-C too,
         * nothing is echoed, and output is shown as it is.
         *
         * @param resized called when the window has another size; must not block
         */
        Keys raw(Runnable resized);
    }

    /** What is typed at a terminal, until it is closed: then the terminal is as it was before. */
    interface Keys extends AutoCloseable {

        /** Waits for a key; ends when the user has gone. A thread that waits can be interrupted. */
        InputStream in();

        @Override
        void close();
    }
}
