package org.skep.shell.commands.network;

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
import org.skep.protocol.Network;
import org.skep.protocol.Times;
import org.skep.shell.commands.listing.FilterKeys;
import org.skep.shell.commands.listing.FilterOption;
import org.skep.shell.commands.listing.Labels;
import org.skep.shell.commands.listing.NaturalOrder;
import org.skep.shell.commands.listing.Texts;
import org.skep.shell.commands.tree.Trees;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code network ls}: all networks. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"network ls", "network list"})
@Requires(Role.VIEWER)
@Command(name = "ls", description = "List networks")
public final class NetworkLs implements ShellCommand {

    private static final FilterKeys<Network> KEYS = new FilterKeys<Network>()
            .key("driver", (network, driver) -> Trees.driver(network).equals(driver))
            .prefix("id", Network::getId)
            .label("label", network -> network.getSpec().getAnnotations().getLabelsMap())
            .key(
                    "name",
                    (network, name) ->
                            network.getSpec().getAnnotations().getName().contains(name))
            .oneOf("scope", List.of("swarm", "local", "global"), (network, scope) -> Trees.scope(network)
                    .equals(scope))
            .oneOf(
                    "type",
                    List.of("custom", "builtin"),
                    (network, type) -> Trees.builtin(network) == type.equals("builtin"));

    @Mixin
    private ListOptions options = new ListOptions();

    @Mixin
    private FilterOption filter = new FilterOption();

    private final Control control;

    @Activate
    public NetworkLs(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        Predicate<Network> wanted = filter.by(KEYS);
        List<Network> networks = control.networks().list().stream()
                .filter(wanted)
                .sorted(Comparator.comparing(
                        network -> network.getSpec().getAnnotations().getName(), new NaturalOrder()))
                .toList();
        List<Column<Network>> columns = List.of(
                Column.of("NETWORK ID", "ID", network -> Texts.id(network.getId(), options.noTrunc())),
                Column.of("NAME", "Name", network -> network.getSpec()
                        .getAnnotations()
                        .getName()),
                Column.of("DRIVER", "Driver", Trees::driver),
                Column.of("SCOPE", "Scope", Trees::scope),
                Column.hidden("IPV6", "IPv6", network -> network.getSpec().getIpv6Enabled()),
                Column.hidden(
                        "INTERNAL", "Internal", network -> network.getSpec().getInternal()),
                Column.hidden(
                        "LABELS",
                        "Labels",
                        network ->
                                Labels.print(network.getSpec().getAnnotations().getLabelsMap())),
                Column.hidden(
                        "CREATED AT",
                        "CreatedAt",
                        network -> Times.instant(network.getMeta().getCreatedAt())));
        return Outcome.table(columns, networks, options);
    }
}
