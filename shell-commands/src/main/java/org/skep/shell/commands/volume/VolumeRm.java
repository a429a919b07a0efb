package org.skep.shell.commands.volume;

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
import org.skep.shell.commands.ForceOption;
import org.skep.shell.commands.completion.VolumeNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code volume rm}: removes volumes that no service uses. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"volume rm", "volume remove"})
@Requires(Role.OPERATOR)
@Command(name = "rm", description = "Remove one or more volumes")
public final class VolumeRm implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "VOLUME",
            description = "Volumes by name",
            completionCandidates = VolumeNames.class)
    private List<String> references;

    @Mixin
    private ForceOption force = new ForceOption();

    private final Control control;

    @Activate
    public VolumeRm(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        return force.each(references, control.volumes()::remove);
    }
}
