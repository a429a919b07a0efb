package org.skep.api.runtime;

/** Where the output of a command goes. Calls come one at a time; {@code output} may block to slow the command down. */
public interface ExecSink {

    void output(LogSink.Stream stream, byte[] data);

    /** The command has ended; nothing comes after this. */
    void ended(int exitCode);

    /**
     * The command could not be started, or is lost; nothing comes after this.
     *
     * @param problem one line
     */
    void failed(String problem);
}
