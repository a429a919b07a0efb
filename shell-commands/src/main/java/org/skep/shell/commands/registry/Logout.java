package org.skep.shell.commands.registry;

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
import picocli.CommandLine.Parameters;

/** {@code logout}: the swarm forgets who it is to a registry. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("logout")
@Requires(Role.OPERATOR)
@Command(name = "logout", description = "Log the swarm out from a registry")
public final class Logout implements ShellCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "SERVER",
            description = "Registry, as images name it; without, that of images that name none")
    private String server = "";

    private final Control control;

    @Activate
    public Logout(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        RegistryName registry = RegistryName.of(server);
        control.registries().logout(registry.key());
        return Outcome.text("Removed the login to " + registry.host().orElse("the registry of images that name none"));
    }
}
