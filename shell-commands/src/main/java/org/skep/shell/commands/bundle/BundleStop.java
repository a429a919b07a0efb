package org.skep.shell.commands.bundle;

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
import org.skep.plugins.Plugins;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bundle stop BUNDLE}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("bundle stop")
@Requires(Role.ADMIN)
@Command(name = "stop", description = "Stop a bundle; it stays stopped over restarts")
public final class BundleStop implements ShellCommand {

    private final Plugins plugins;

    @Parameters(paramLabel = "BUNDLE", description = "ID or symbolic name", completionCandidates = BundleNames.class)
    private String bundle;

    @Mixin
    private PlanOptions options = new PlanOptions();

    @Activate
    public BundleStop(@Reference Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        return options.carryOut(plugins.stop(bundle), session);
    }
}
