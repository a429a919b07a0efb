package org.skep.api.runtime;

import java.time.Instant;

/** Where log lines go. Calls come one at a time; {@code line} may block to slow the driver down. */
public interface LogSink {

    enum Stream {
        STDOUT,
        STDERR
    }

    /** @param data the line with its line feed, if it has one */
    void line(Instant time, Stream stream, byte[] data);

    /**
     * No more lines will come.
     *
     * @param problem empty, or one line that says why the log is incomplete
     */
    void end(String problem);
}
