package org.skep.shell.commands.service;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
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
import org.skep.shell.commands.completion.ServiceNames;
import org.skep.shell.commands.flag.Replication;
import org.skep.shell.commands.progress.Convergence;
import org.skep.shell.commands.value.Values;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code service scale}: how many tasks services have. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service scale")
@Requires(Role.OPERATOR)
@Command(name = "scale", description = "Scale one or multiple replicated services")
public final class ServiceScale implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "SERVICE=REPLICAS",
            description = "Services with the number of tasks that each shall have",
            converter = Scale.Converter.class,
            completionCandidates = ServiceNames.class)
    private List<Scale> scales;

    @Mixin
    private Waiting waiting = new Waiting();

    @Spec
    private CommandSpec command;

    private final Control control;
    private final InstantSource clock;

    @Activate
    public ServiceScale(@Reference Control control) {
        this(control, InstantSource.system());
    }

    ServiceScale(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    private void checkDistinct() {
        Set<String> seen = new HashSet<>();
        for (Scale scale : scales) {
            if (!seen.add(scale.service())) {
                throw new ParameterException(
                        command.commandLine(), "service " + Values.shown(scale.service()) + " is given twice");
            }
        }
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        checkDistinct();
        List<SkepException> failures = new ArrayList<>();
        List<Service> scaled = new ArrayList<>();
        for (Scale scale : scales) {
            try {
                scaled.add(Attempts.untilInSequence(() -> scale(scale, session)));
                session.out().println(scale.service() + " scaled to " + scale.replicas());
            } catch (SkepException e) {
                failures.add(e);
            }
        }
        session.out().flush();
        if (!waiting.detach()) {
            for (Service service : scaled) {
                try {
                    new Convergence(control.changes(), clock, session).await(service, Convergence.Kind.CHANGE, false);
                } catch (SkepException e) {
                    failures.add(e);
                }
            }
        }
        return failures.isEmpty() ? Outcome.done() : new Outcome.Several(List.of(), failures);
    }

    private Service scale(Scale scale, Session session) {
        Service service = control.services().get(scale.service());
        if (!service.getSpec().hasReplicated() && !service.getSpec().hasReplicatedJob()) {
            throw SkepException.user(
                    "NOT_REPLICATED",
                    "service '" + scale.service() + "' cannot be scaled",
                    "only replicated services can: a global one has a task on every node");
        }
        ServiceSpec.Builder spec = service.getSpec().toBuilder();
        Replication.set(spec, scale.replicas());
        return control.services()
                .update(service.getId(), service.getMeta().getVersion().getIndex(), spec.build(), Asking.by(session));
    }
}
