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

/** {@code bundle install FILE}: shows what will change, then does it. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("bundle install")
@Requires(Role.ADMIN)
@Command(name = "install", description = "Install a bundle and start it")
public final class BundleInstall implements ShellCommand {

    private final Plugins plugins;

    @Parameters(paramLabel = "FILE", description = "A jar on this host, or '-' for standard input")
    private String file;

    @Mixin
    private PlanOptions options = new PlanOptions();

    @Activate
    public BundleInstall(@Reference Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        return options.carryOut(plugins.install(file, session.read(file, JarFiles.LIMIT)), session);
    }
}
