package org.skep.shell.commands.flag;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.skep.protocol.ContainerSpec.DNSConfig;
import org.skep.protocol.EndpointSpec;
import org.skep.shell.commands.flag.ServiceFlag.Collection;
import org.skep.shell.commands.flag.ServiceFlag.Setting;
import org.skep.shell.commands.value.HostEntry;
import org.skep.shell.commands.value.NetworkOption;
import org.skep.shell.commands.value.Ports;
import org.skep.shell.commands.value.Values;

/** How tasks reach others, and are reached. */
final class NetworkFlags {

    static final List<ServiceFlag> ALL = List.of(
            Collection.of(
                    "--publish -p",
                    FlagType.of("PORT", Ports::parse),
                    FlagType.of("PORT", Ports::parseTarget),
                    "Ports to publish, such as mode=host,published=8080,target=80",
                    (draft, ports) -> draft.addPorts(flat(ports)),
                    (draft, ports) -> draft.removePorts(flat(ports))),
            Collection.of(
                            "--network",
                            FlagType.of("NETWORK", NetworkOption::parse),
                            FlagType.of("NETWORK", Function.<String>identity()),
                            "Networks to attach to",
                            ServiceDraft::addNetworks,
                            ServiceDraft::removeNetworks)
                    .completing(Completions::networks),
            Setting.of(
                    "--endpoint-mode",
                    FlagType.of("MODE", NetworkFlags::endpointMode).offering("dnsrr"),
                    "How the service's name resolves: dnsrr, to the addresses of its tasks",
                    (draft, mode) -> draft.spec().getEndpointBuilder().setMode(mode)),
            Collection.of(
                    "--host",
                    FlagType.of("NAME:ADDRESS", HostEntry::parse),
                    FlagType.of("NAME[:ADDRESS]", HostEntry::parseName),
                    "Lines of the hosts file",
                    NetworkFlags::addHosts,
                    NetworkFlags::removeHosts),
            dns(
                    "--dns",
                    "ADDRESS",
                    "DNS servers",
                    DNSConfig.Builder::getNameserversList,
                    (dns, servers) -> dns.clearNameservers().addAllNameservers(servers)),
            dns(
                    "--dns-option",
                    "OPTION",
                    "DNS options, such as ndots:2",
                    DNSConfig.Builder::getOptionsList,
                    (dns, options) -> dns.clearOptions().addAllOptions(options)),
            dns(
                    "--dns-search",
                    "DOMAIN",
                    "DNS domains to search",
                    DNSConfig.Builder::getSearchList,
                    (dns, domains) -> dns.clearSearch().addAllSearch(domains)));

    private NetworkFlags() {}

    private static EndpointSpec.ResolutionMode endpointMode(String text) {
        return switch (text) {
            case "dnsrr" -> EndpointSpec.ResolutionMode.DNSRR;
            case "vip" ->
                throw Values.bad(
                        text,
                        "supported yet",
                        "it needs overlay networks; use dnsrr, or leave it out: names resolve to the tasks' addresses");
            default -> throw Values.bad(text, "an endpoint mode", "use dnsrr");
        };
    }

    private static void addHosts(ServiceDraft draft, List<HostEntry> entries) {
        List<String> all = Elements.with(
                draft.container().getHostsList(),
                entries.stream().map(HostEntry::line).toList());
        draft.container().clearHosts().addAllHosts(all);
    }

    private static void removeHosts(ServiceDraft draft, List<HostEntry> entries) {
        List<String> kept = HostEntry.without(draft.container().getHostsList(), entries);
        draft.container().clearHosts().addAllHosts(kept);
    }

    private static ServiceFlag dns(
            String name,
            String label,
            String description,
            Function<DNSConfig.Builder, List<String>> present,
            BiConsumer<DNSConfig.Builder, List<String>> replace) {
        FlagType<String> type = FlagType.of(label, Function.identity());
        return Collection.of(
                name,
                type,
                type,
                description,
                (draft, added) -> edit(draft, dns -> replace.accept(dns, Elements.with(present.apply(dns), added))),
                (draft, removed) -> edit(
                        draft,
                        dns -> replace.accept(
                                dns, Elements.without(present.apply(dns), Function.identity(), removed))));
    }

    /** Nothing but defaults is no configuration. */
    private static void edit(ServiceDraft draft, Consumer<DNSConfig.Builder> change) {
        change.accept(draft.container().getDnsConfigBuilder());
        if (draft.container().getDnsConfig().equals(DNSConfig.getDefaultInstance())) {
            draft.container().clearDnsConfig();
        }
    }

    private static <T> List<T> flat(List<List<T>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }
}
