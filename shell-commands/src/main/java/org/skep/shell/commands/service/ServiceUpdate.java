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
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.Attempts;
import org.skep.shell.commands.completion.NetworkNames;
import org.skep.shell.commands.completion.ServiceNames;
import org.skep.shell.commands.completion.StrategyNames;
import org.skep.shell.commands.flag.Completions;
import org.skep.shell.commands.flag.Given;
import org.skep.shell.commands.flag.ServiceDraft;
import org.skep.shell.commands.flag.ServiceFlags;
import org.skep.shell.commands.flag.Verb;
import org.skep.shell.commands.progress.Convergence;
import org.skep.shell.commands.registry.Pinning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code service update}: its flags are those of {@link ServiceFlags}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service update")
@Requires(Role.OPERATOR)
@Command(name = "update", description = "Update a service")
public final class ServiceUpdate implements ShellCommand {

    @Parameters(
            paramLabel = "SERVICE",
            description = "Service by name or ID",
            completionCandidates = ServiceNames.class)
    private String reference;

    @Mixin
    private Waiting waiting = new Waiting();

    @Option(
            names = {"-q", "--quiet"},
            description = "Suppress progress output")
    private boolean quiet;

    @Option(names = "--rollback", description = "Roll back to the previous specification")
    private boolean rollback;

    private final Control control;
    private final Iterable<String> strategies;
    private final InstantSource clock;
    private CommandSpec command;

    @Activate
    public ServiceUpdate(@Reference Control control, @Reference StrategyNames strategies) {
        this(control, strategies, InstantSource.system());
    }

    ServiceUpdate(Control control, Iterable<String> strategies, InstantSource clock) {
        this.control = control;
        this.strategies = strategies;
        this.clock = clock;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
        ServiceFlags.declare(spec, Verb.UPDATE, new Completions(new NetworkNames(control), strategies));
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        Given given = new Given(command);
        // What is wrong with the line itself is said before anything is looked up.
        ServiceFlags.checkUpdate(given);
        if (rollback && ServiceFlags.anyGiven(given, Verb.UPDATE)) {
            throw given.wrong("--rollback cannot be combined with flags that change the service");
        }
        Service service = Attempts.untilInSequence(() -> change(given, session));
        Convergence.Kind kind = rollback ? Convergence.Kind.ROLLBACK : Convergence.Kind.CHANGE;
        return waiting.finish(session, reference, () -> new Convergence(control.changes(), clock, session)
                .await(service, kind, quiet));
    }

    private Service change(Given given, Session session) {
        Service present = control.services().get(reference);
        long version = present.getMeta().getVersion().getIndex();
        if (rollback) {
            return control.services().rollback(present.getId(), version, OptionalLong.empty(), Asking.by(session));
        }
        ServiceFlags.checkUpdate(given, present.getSpec());
        ServiceDraft draft = new ServiceDraft(present.getSpec(), new LineSurroundings(session, control));
        ServiceFlags.apply(given, Verb.UPDATE, draft);
        ServiceSpec spec = given.has("--image") && draft.pinsImage()
                ? new Pinning(control.images(), session).pin(draft.build())
                : draft.build();
        return control.services().update(present.getId(), version, spec, Asking.by(session));
    }
}
