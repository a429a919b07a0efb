package org.skep.runtime.docker;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.BiConsumer;

/**
 * Makes lines of what an engine sends, in pieces of any size: {@code TIME SPACE TEXT LF}. The engine cuts a text of more
 * than 16 KiB and gives each cut a time of its own; they are put together again.
 */
final class LogLines {

    private static final int CUT = 16 * 1024;
    private static final int LONGEST = 64 * 1024;
    private static final int LONGEST_TIME = 40;

    private final BiConsumer<Instant, byte[]> sink;
    private final ByteArrayOutputStream prefix = new ByteArrayOutputStream();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private Instant time;
    private boolean inPrefix = true;

    LogLines(BiConsumer<Instant, byte[]> sink) {
        this.sink = sink;
    }

    void add(byte[] piece) {
        for (byte next : piece) {
            if (inPrefix) {
                addToPrefix(next);
            } else {
                addToText(next);
            }
        }
    }

    private void addToPrefix(byte next) {
        if (next != ' ' && next != '\n' && prefix.size() < LONGEST_TIME) {
            prefix.write(next);
            return;
        }
        inPrefix = false;
        try {
            Instant stamp = Instant.parse(prefix.toString(StandardCharsets.US_ASCII));
            if (time == null) {
                time = stamp;
            }
            prefix.reset();
            if (next == '\n') {
                addToText(next);
            }
        } catch (DateTimeParseException e) {
            // Not a time after all: it belongs to the text.
            byte[] taken = prefix.toByteArray();
            prefix.reset();
            text.writeBytes(taken);
            addToText(next);
        }
    }

    private void addToText(byte next) {
        text.write(next);
        if (next == '\n' || text.size() >= LONGEST) {
            flush();
        } else if (text.size() % CUT == 0) {
            inPrefix = true;
        }
    }

    /** Gives away what there is, complete or not. */
    void flush() {
        if (text.size() > 0) {
            sink.accept(time == null ? Instant.EPOCH : time, text.toByteArray());
        }
        text.reset();
        time = null;
        inPrefix = true;
    }
}
