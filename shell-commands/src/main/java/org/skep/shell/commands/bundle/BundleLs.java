package org.skep.shell.commands.bundle;

import java.util.List;
import java.util.Locale;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.Column;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.plugins.BundleInfo;
import org.skep.plugins.Plugins;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bundle ls}. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("bundle ls")
@Requires(Role.VIEWER)
@Command(name = "ls", description = "List the bundles of this node")
public final class BundleLs implements ShellCommand {

    private static final List<Column<BundleInfo>> COLUMNS = List.of(
            Column.of("ID", "ID", BundleInfo::id),
            Column.of("STATE", "State", BundleInfo::state),
            Column.of("LEVEL", "Level", BundleInfo::startLevel),
            Column.of("NAME", "Name", BundleInfo::name),
            Column.of("VERSION", "Version", BundleInfo::version),
            Column.of("ORIGIN", "Origin", bundle -> bundle.origin().name().toLowerCase(Locale.ROOT)));

    private final Plugins plugins;

    @Mixin
    private ListOptions options = new ListOptions();

    @Activate
    public BundleLs(@Reference Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    public Outcome run(Session session) {
        return Outcome.table(COLUMNS, plugins.bundles(), options);
    }
}
