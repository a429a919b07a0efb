package org.skep.shell.commands.swarm;

import java.util.ArrayList;
import java.util.List;
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
import org.skep.protocol.Cluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code swarm update}: changes settings of the swarm. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm update")
@Requires(Role.ADMIN)
@Command(name = "update", description = "Update the swarm")
public final class SwarmUpdate implements ShellCommand {

    @Mixin
    private ClusterFlags flags = new ClusterFlags();

    private final Control control;
    private CommandSpec command;

    @Activate
    public SwarmUpdate(@Reference Control control) {
        this.control = control;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
    }

    @Override
    public Outcome run(Session session) {
        flags.check();
        if (!flags.given()) {
            throw new ParameterException(command.commandLine(), "nothing to update: a flag is missing");
        }
        boolean locked = autolock(control.clusters().get());
        Cluster changed = ClusterEdits.change(control, flags::apply);
        List<String> lines = new ArrayList<>();
        lines.add("Swarm updated.");
        if (!locked && autolock(changed)) {
            lines.addAll(Invitations.unlock(control.clusters().unlockKey(false)));
        }
        return new Outcome.Text(lines);
    }

    private static boolean autolock(Cluster cluster) {
        return cluster.getSpec().getEncryptionConfig().getAutoLockManagers();
    }
}
