package org.skep.shell.commands.log;

import java.io.PrintStream;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.skep.api.command.Session;
import org.skep.protocol.LogContext;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogStream;
import org.skep.protocol.Times;
import org.skep.shell.commands.listing.Texts;

/** Prints lines of log as they come: what tasks wrote to standard error goes to standard error. */
final class LogPrinter {

    private final Session session;
    private final Function<LogContext, String> prefix;
    private final boolean timestamps;
    private final boolean details;

    LogPrinter(Session session, Function<LogContext, String> prefix, boolean timestamps, boolean details) {
        this.session = session;
        this.prefix = prefix;
        this.timestamps = timestamps;
        this.details = details;
    }

    synchronized void warn(String warning) {
        session.err().println("warning: " + warning);
        session.err().flush();
    }

    synchronized void print(LogMessage message) {
        PrintStream out = message.getStream() == LogStream.LOG_STREAM_STDERR ? session.err() : session.out();
        StringBuilder front = new StringBuilder();
        if (timestamps) {
            front.append(Texts.stamp(Times.instant(message.getTimestamp()))).append(' ');
        }
        front.append(prefix.apply(message.getContext()));
        if (details) {
            front.append(message.getAttrsList().stream()
                            .map(attr -> attr.getKey() + "=" + attr.getValue())
                            .collect(Collectors.joining(",")))
                    .append(' ');
        }
        byte[] data = message.getData().toByteArray();
        out.print(front);
        out.write(data, 0, data.length);
        if (data.length == 0 || data[data.length - 1] != '\n') {
            out.write('\n');
        }
        out.flush();
    }
}
