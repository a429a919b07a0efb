package org.skep.launcher;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;

/** Turns what libraries print, one line at a time, into log entries: nothing but the launcher talks to the operator. */
final class LogStream extends OutputStream {

    private static final int LONGEST_LINE = 8192;

    private final Logger log;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private LogStream(Logger log) {
        this.log = log;
    }

    static PrintStream into(Logger log) {
        return new PrintStream(new LogStream(log), true, StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void write(int b) {
        if (b == '\n' || line.size() >= LONGEST_LINE) {
            String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
            line.reset();
            if (!text.isEmpty()) {
                log.warn("{}", text);
            }
        }
        if (b != '\n') {
            line.write(b);
        }
    }
}
