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
import org.skep.shell.commands.FormatOption;
import org.skep.shell.commands.completion.VolumeNames;
import org.skep.shell.commands.tree.Trees;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code volume inspect}: volumes in full. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("volume inspect")
@Requires(Role.VIEWER)
@Command(name = "inspect", description = "Display detailed information on one or more volumes")
public final class VolumeInspect implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "VOLUME",
            description = "Volumes by name",
            completionCandidates = VolumeNames.class)
    private List<String> references;

    @Mixin
    private FormatOption format = new FormatOption();

    private final Control control;

    @Activate
    public VolumeInspect(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        return format.print(
                references, reference -> Trees.volume(control.volumes().get(reference)));
    }
}
