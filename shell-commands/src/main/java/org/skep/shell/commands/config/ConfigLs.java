package org.skep.shell.commands.config;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
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
import org.skep.control.Control;
import org.skep.protocol.Config;
import org.skep.shell.commands.listing.Ages;
import org.skep.shell.commands.listing.FilterKeys;
import org.skep.shell.commands.listing.FilterOption;
import org.skep.shell.commands.listing.Labels;
import org.skep.shell.commands.listing.NaturalOrder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code config ls}: all configs. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"config ls", "config list"})
@Requires(Role.VIEWER)
@Command(name = "ls", description = "List configs")
public final class ConfigLs implements ShellCommand {

    private static final FilterKeys<Config> KEYS = new FilterKeys<Config>()
            .prefix("id", Config::getId)
            .label("label", config -> config.getSpec().getAnnotations().getLabelsMap())
            .prefix("name", ConfigLs::name)
            .key("names", (config, name) -> name(config).equals(name));

    @Mixin
    private ListOptions options = new ListOptions();

    @Mixin
    private FilterOption filter = new FilterOption();

    private final Control control;
    private final InstantSource clock;

    @Activate
    public ConfigLs(@Reference Control control) {
        this(control, InstantSource.system());
    }

    ConfigLs(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) {
        Predicate<Config> wanted = filter.by(KEYS);
        Instant now = clock.instant();
        List<Config> configs = control.configs().list().stream()
                .filter(wanted)
                .sorted(Comparator.comparing(ConfigLs::name, new NaturalOrder()))
                .toList();
        List<Column<Config>> columns = List.of(
                Column.of("ID", "ID", Config::getId),
                Column.of("NAME", "Name", ConfigLs::name),
                Column.of(
                        "CREATED",
                        "CreatedAt",
                        config -> Ages.ago(config.getMeta().getCreatedAt(), now)),
                Column.of(
                        "UPDATED",
                        "UpdatedAt",
                        config -> Ages.ago(config.getMeta().getUpdatedAt(), now)),
                Column.hidden(
                        "LABELS",
                        "Labels",
                        config -> Labels.print(config.getSpec().getAnnotations().getLabelsMap())));
        return Outcome.table(columns, configs, options);
    }

    private static String name(Config config) {
        return config.getSpec().getAnnotations().getName();
    }
}
