package org.skep.shell.commands.service;

import com.google.protobuf.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
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
import org.skep.protocol.Times;
import org.skep.shell.commands.completion.ServiceNames;
import org.skep.shell.commands.progress.Waiter;
import org.skep.shell.commands.value.DurationConverter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code service wait}: for scripts that need a service to be somewhere before they go on. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service wait")
@Requires(Role.VIEWER)
@Command(
        name = "wait",
        description =
                "Wait for a service: until all its tasks run and no update is under way, until an update is through, or"
                        + " until the service and its tasks are gone")
public final class ServiceWait implements ShellCommand {

    /** What to wait for. */
    enum Goal {
        CONVERGED,
        UPDATED,
        REMOVED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(
            paramLabel = "SERVICE",
            description = "Service by name or ID",
            completionCandidates = ServiceNames.class)
    private String reference;

    @Option(
            names = "--for",
            paramLabel = "GOAL",
            description = "What to wait for: ${COMPLETION-CANDIDATES} (default converged)")
    private Goal goal = Goal.CONVERGED;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "Give up after this time, with exit status 1 (default: wait as long as it takes)",
            converter = DurationConverter.class)
    private Duration timeout;

    private final Control control;
    private final InstantSource clock;

    @Activate
    public ServiceWait(@Reference Control control) {
        this(control, InstantSource.system());
    }

    ServiceWait(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        Waiter waiter = new Waiter(control, clock, Optional.ofNullable(timeout).map(Times::duration));
        Service service = find();
        if (service == null) {
            return Outcome.done();
        }
        switch (goal) {
            case CONVERGED -> waiter.converged(service);
            case UPDATED -> waiter.updated(service);
            case REMOVED -> waiter.removed(service);
        }
        return Outcome.done();
    }

    /** What is gone already need not be waited for. */
    private Service find() {
        try {
            return control.services().get(reference);
        } catch (SkepException e) {
            if (goal == Goal.REMOVED && e.code().equals("NOT_FOUND")) {
                return null;
            }
            throw e;
        }
    }
}
