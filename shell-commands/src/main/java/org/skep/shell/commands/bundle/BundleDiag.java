package org.skep.shell.commands.bundle;

import java.util.List;
import java.util.Optional;
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

/** {@code bundle diag [BUNDLE]}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("bundle diag")
@Requires(Role.ADMIN)
@Command(name = "diag", description = "Say why bundles or components are not active")
public final class BundleDiag implements ShellCommand {

    private final Plugins plugins;

    @Parameters(
            arity = "0..1",
            paramLabel = "BUNDLE",
            description = "ID or symbolic name (default: all that are not active)",
            completionCandidates = BundleNames.class)
    private String bundle;

    @Activate
    public BundleDiag(@Reference Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public Outcome run(Session session) {
        List<String> lines = plugins.diagnose(Optional.ofNullable(bundle));
        return lines.isEmpty() ? Outcome.text("all is active") : Outcome.text(lines.toArray(String[]::new));
    }
}
