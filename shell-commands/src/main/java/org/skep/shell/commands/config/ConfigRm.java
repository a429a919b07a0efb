package org.skep.shell.commands.config;

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
import org.skep.shell.commands.completion.ConfigNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code config rm}: removes configs that no service uses. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"config rm", "config remove"})
@Requires(Role.OPERATOR)
@Command(name = "rm", description = "Remove one or more configs")
public final class ConfigRm implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "CONFIG",
            description = "Configs by name or ID",
            completionCandidates = ConfigNames.class)
    private List<String> references;

    private final Control control;

    @Activate
    public ConfigRm(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        return Outcome.each(references, reference -> {
            control.configs().remove(reference);
            return Outcome.text(reference);
        });
    }
}
