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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code swarm unlock-key}: the key that a locked manager wants. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm unlock-key")
@Requires(Role.ADMIN)
@Command(name = "unlock-key", description = "Manage the unlock key")
public final class SwarmUnlockKey implements ShellCommand {

    @Option(
            names = {"-q", "--quiet"},
            description = "Only display key")
    private boolean quiet;

    @Option(names = "--rotate", description = "Rotate unlock key")
    private boolean rotate;

    private final Control control;

    @Activate
    public SwarmUnlockKey(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        String key = control.clusters().unlockKey(rotate);
        if (quiet) {
            return Outcome.text(key);
        }
        List<String> lines = new ArrayList<>();
        if (rotate) {
            lines.add("Successfully rotated manager unlock key.");
            lines.add("");
        }
        lines.addAll(Invitations.unlock(key));
        return new Outcome.Text(lines);
    }
}
