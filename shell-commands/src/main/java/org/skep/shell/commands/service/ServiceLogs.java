package org.skep.shell.commands.service;

import java.time.Instant;
import java.time.InstantSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.CommandName;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.control.Logs;
import org.skep.shell.commands.completion.LogSources;
import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.Since;
import org.skep.shell.commands.value.SinceConverter;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code service logs}: what tasks have written, each line with the task it comes from. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"service logs", "task logs"})
@Requires(Role.VIEWER)
@Command(name = "logs", description = "Fetch the logs of a service or task")
public final class ServiceLogs implements ShellCommand {

    @Parameters(
            paramLabel = "SERVICE|TASK",
            description = "Service by name or ID, or task by ID",
            completionCandidates = LogSources.class)
    private String source;

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

    private final Control control;
    private final InstantSource clock;

    @Activate
    public ServiceLogs(@Reference Control control) {
        this(control, InstantSource.system());
    }

    ServiceLogs(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        Instant from = since == null ? Instant.MIN : since.from(clock.instant());
        LogPrefix prefix = new LogPrefix(control, !noTaskIds, noTrunc, !noResolve);
        LogPrinter printer = new LogPrinter(session, raw ? task -> "" : prefix::of, timestamps, details);
        control.logs().read(source, new Logs.Query(follow, tail, from), printer::print, printer::warn);
        return Outcome.done();
    }

    /** Lines for picocli. */
    static final class TailConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return Counts.tail(text);
        }
    }
}
