package org.skep.shell.commands.log;

import java.time.Instant;
import org.skep.api.command.Session;
import org.skep.control.Control;
import org.skep.control.Logs;
import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.Since;
import org.skep.shell.commands.value.SinceConverter;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Which lines of log, and how they are shown: mix it in. */
public final class LogFlags {

    @Option(
            names = {"-f", "--follow"},
            description = "Follow log output")
    private boolean follow;

    @Option(
            names = {"-n", "--tail"},
            paramLabel = "N",
            description = "Number of lines to show from the end of the logs of each task (default all)",
            converter = TailConverter.class)
    private long tail = -1;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Show logs since a timestamp (2026-01-02T15:04:05Z) or relative (42m for 42 minutes)",
            converter = SinceConverter.class)
    private Since since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Show logs before a timestamp (2026-01-02T15:04:05Z) or relative (42m for 42 minutes)",
            converter = SinceConverter.class)
    private Since until;

    @Option(
            names = "--grep",
            paramLabel = "PATTERN",
            description = "Show only those of the lines in which a regular expression is found")
    private String grep = "";

    @Option(
            names = {"-t", "--timestamps"},
            description = "Show timestamps")
    private boolean timestamps;

    @Option(names = "--raw", description = "Do not neatly format logs")
    private boolean raw;

    @Option(names = "--no-task-ids", description = "Do not include task IDs in output")
    private boolean noTaskIds;

    @Option(names = "--no-trunc", description = "Do not truncate output")
    private boolean noTrunc;

    @Option(names = "--no-resolve", description = "Do not map IDs to names in output")
    private boolean noResolve;

    @Option(names = "--details", description = "Show extra details provided to logs")
    private boolean details;

    /** Prints lines as they come, until there are no more. */
    void print(String source, Control control, Session session, Instant now) throws InterruptedException {
        LogPrefix prefix = new LogPrefix(control, !noTaskIds, noTrunc, !noResolve);
        LogPrinter printer = new LogPrinter(session, raw ? task -> "" : prefix::of, timestamps, details);
        Logs.Query query = new Logs.Query(
                follow,
                tail,
                since == null ? Instant.MIN : since.from(now),
                until == null ? Instant.MAX : until.from(now),
                grep);
        control.logs().read(source, query, printer::print, printer::warn);
    }

    /** Lines for picocli. */
    static final class TailConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return Counts.tail(text);
        }
    }
}
