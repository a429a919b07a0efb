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
import org.skep.control.Clusters;
import org.skep.control.Control;
import org.skep.shell.commands.node.RoleWord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code swarm join-token}: what others need to join. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm join-token")
@Requires(Role.ADMIN)
@Command(name = "join-token", description = "Manage join tokens")
public final class SwarmJoinToken implements ShellCommand {

    @Parameters(paramLabel = "ROLE", description = "Of those who join: ${COMPLETION-CANDIDATES}")
    private RoleWord role;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only display token")
    private boolean quiet;

    @Option(names = "--rotate", description = "Rotate join token: the old one is not accepted any more")
    private boolean rotate;

    private final Control control;

    @Activate
    public SwarmJoinToken(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        Clusters.Invitation invitation = control.clusters().joinToken(role.role(), rotate);
        if (quiet) {
            return Outcome.text(invitation.token());
        }
        List<String> lines = new ArrayList<>();
        if (rotate) {
            lines.add("Successfully rotated " + role + " join token.");
            lines.add("");
        }
        lines.addAll(Invitations.join(role.role(), invitation));
        return new Outcome.Text(lines);
    }
}
