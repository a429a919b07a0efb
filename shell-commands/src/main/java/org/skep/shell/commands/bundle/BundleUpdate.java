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

/** {@code bundle update BUNDLE FILE}: shows what will change and restart, then does it. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("bundle update")
@Requires(Role.ADMIN)
@Command(name = "update", description = "Replace a bundle by a new version of it")
public final class BundleUpdate implements ShellCommand {

    private final Plugins plugins;

    @Parameters(paramLabel = "BUNDLE", description = "ID or symbolic name", completionCandidates = BundleNames.class)
    private String bundle;

    @Parameters(paramLabel = "FILE", description = "A jar on this host, or '-' for standard input")
    private String file;

    @Mixin
    private PlanOptions options = new PlanOptions();

    @Activate
    public BundleUpdate(@Reference Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        return options.carryOut(plugins.update(bundle, file, session.read(file, JarFiles.LIMIT)), session);
    }
}
