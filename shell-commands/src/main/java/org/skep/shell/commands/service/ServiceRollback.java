package org.skep.shell.commands.service;

import java.time.InstantSource;
import java.util.OptionalLong;
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
import org.skep.protocol.Service;
import org.skep.shell.commands.Attempts;
import org.skep.shell.commands.completion.RevisionNumbers;
import org.skep.shell.commands.completion.ServiceNames;
import org.skep.shell.commands.progress.Convergence;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code service rollback}: back to an earlier specification. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service rollback")
@Requires(Role.OPERATOR)
@Command(name = "rollback", description = "Revert changes to the configuration of a service")
public final class ServiceRollback implements ShellCommand {

    @Parameters(
            paramLabel = "SERVICE",
            description = "Service by name or ID",
            completionCandidates = ServiceNames.class)
    private String reference;

    @Option(
            names = "--to",
            paramLabel = "REVISION",
            description =
                    "Number of the revision to go back to, as \"service history\" lists them (default: the one before)",
            converter = RevisionNumber.class,
            completionCandidates = RevisionNumbers.class)
    private Long revision;

    @Mixin
    private Waiting waiting = new Waiting();

    @Option(
            names = {"-q", "--quiet"},
            description = "Suppress progress output")
    private boolean quiet;

    private final Control control;
    private final InstantSource clock;

    @Activate
    public ServiceRollback(@Reference Control control) {
        this(control, InstantSource.system());
    }

    ServiceRollback(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        Service service = Attempts.untilInSequence(() -> {
            Service present = control.services().get(reference);
            return control.services()
                    .rollback(
                            present.getId(),
                            present.getMeta().getVersion().getIndex(),
                            revision == null ? OptionalLong.empty() : OptionalLong.of(revision),
                            Asking.by(session));
        });
        return waiting.finish(session, reference, () -> new Convergence(control.changes(), clock, session)
                .await(service, Convergence.Kind.ROLLBACK, quiet));
    }
}
