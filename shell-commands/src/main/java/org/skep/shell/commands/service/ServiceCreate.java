package org.skep.shell.commands.service;

import java.time.InstantSource;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.CommandName;
import org.skep.api.command.OptionsFirst;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.TaskSpec;
import org.skep.shell.commands.completion.NetworkNames;
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

/** {@code service create}: its flags are those of {@link ServiceFlags}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service create")
@Requires(Role.OPERATOR)
@OptionsFirst
@Command(name = "create", description = "Create a new service")
public final class ServiceCreate implements ShellCommand {

    @Parameters(index = "0", paramLabel = "IMAGE", description = "Image of the tasks")
    private String image;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "COMMAND", description = "Command and its arguments")
    private List<String> args = List.of();

    @Mixin
    private Waiting waiting = new Waiting();

    @Option(
            names = {"-q", "--quiet"},
            description = "Suppress progress output")
    private boolean quiet;

    private final Control control;
    private final Iterable<String> strategies;
    private final InstantSource clock;
    private CommandSpec command;

    @Activate
    public ServiceCreate(@Reference Control control, @Reference StrategyNames strategies) {
        this(control, strategies, InstantSource.system());
    }

    ServiceCreate(Control control, Iterable<String> strategies, InstantSource clock) {
        this.control = control;
        this.strategies = strategies;
        this.clock = clock;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
        ServiceFlags.declare(spec, Verb.CREATE, new Completions(new NetworkNames(control), strategies));
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        Given given = new Given(command);
        ServiceFlags.checkCreate(given);
        ServiceDraft draft = new ServiceDraft(blank(), new LineSurroundings(session, control));
        ServiceFlags.apply(given, Verb.CREATE, draft);
        ServiceSpec spec =
                draft.pinsImage() ? new Pinning(control.images(), session).pin(draft.build()) : draft.build();
        Service service = control.services().create(spec, Asking.by(session));
        return waiting.finish(session, service.getId(), () -> new Convergence(control.changes(), clock, session)
                .await(service, Convergence.Kind.CHANGE, quiet));
    }

    private ServiceSpec blank() {
        return ServiceSpec.newBuilder()
                .setReplicated(ReplicatedService.newBuilder().setReplicas(1))
                .setTask(TaskSpec.newBuilder()
                        .setContainer(ContainerSpec.newBuilder().setImage(image).addAllArgs(args)))
                .build();
    }
}
