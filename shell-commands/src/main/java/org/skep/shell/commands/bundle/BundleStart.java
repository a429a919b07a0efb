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
import picocli.CommandLine.Parameters;

/** {@code bundle start BUNDLE}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("bundle start")
@Requires(Role.ADMIN)
@Command(name = "start", description = "Start a stopped bundle")
public final class BundleStart implements ShellCommand {

    private final Plugins plugins;

    @Parameters(paramLabel = "BUNDLE", description = "ID or symbolic name", completionCandidates = BundleNames.class)
    private String bundle;

    @Activate
    public BundleStart(@Reference Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        return Outcome.text(plugins.start(bundle).apply().toArray(String[]::new));
    }
}
