package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.shell.commands.service.FlagLines.with;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ServiceSpec;

/** Flags for how tasks reach others, and are reached. */
class NetworkFlagsTest {

    private final FlagLines lines = new FlagLines();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--publish-rm 80|81",
                "--publish-rm 80/udp|80 81",
                "--publish-rm 8080:80|81",
                "--publish-rm 9999:80|80 81",
                "--publish-rm mode=host,target=81|80",
                "--publish-add mode=host,target=82|80 81 82",
                "--publish-add mode=host,published=8080,target=80|80 81",
                "--publish-rm 80 --publish-add mode=host,published=9090,target=80|81 80"
            })
    void mergePorts(String flags, String targets) {
        ServiceSpec spec = with(s -> s.getEndpointBuilder()
                .addPorts(PortConfig.newBuilder()
                        .setPublishMode(PortConfig.PublishMode.HOST)
                        .setPublishedPort(8080)
                        .setTargetPort(80))
                .addPorts(PortConfig.newBuilder()
                        .setPublishMode(PortConfig.PublishMode.HOST)
                        .setTargetPort(81)));
        assertThat(lines.updated(spec, flags.split(" ")).getEndpoint().getPortsList().stream()
                        .map(port -> String.valueOf(port.getTargetPort())))
                .containsExactly(targets.split(" "));
    }

    @Test
    void mergeConstraintsAndNetworks() {
        for (String name : List.of("front", "back")) {
            lines.control.networks.add(Network.newBuilder()
                    .setId("id-" + name)
                    .setSpec(NetworkSpec.newBuilder()
                            .setAnnotations(Annotations.newBuilder().setName(name)))
                    .build());
        }
        ServiceSpec spec = with(s -> {
            s.getTaskBuilder().getPlacementBuilder().addConstraints("node.role == manager");
            s.getTaskBuilder().addNetworksBuilder().setTarget("id-front");
        });
        ServiceSpec after = lines.updated(
                spec,
                "--constraint-rm",
                "node.role==manager",
                "--constraint-add",
                "node.labels.a==b",
                "--network-rm",
                "front",
                "--network-add",
                "back");
        assertThat(after.getTask().getPlacement().getConstraintsList()).containsExactly("node.labels.a==b");
        assertThat(after.getTask().getNetworksList())
                .extracting(network -> network.getTarget())
                .containsExactly("id-back");
    }

    @Test
    void setHostsAndResolvers() {
        ContainerSpec container = lines.created(
                        ("--host db:10.0.0.5 --host six=2001:db8::1 --host b:[::1] --dns 10.0.0.53 --dns-option ndots:2"
                                        + " --dns-search example.test --endpoint-mode dnsrr img")
                                .split(" "))
                .getTask()
                .getContainer();
        assertThat(container.getHostsList()).containsExactly("10.0.0.5 db", "2001:db8::1 six", "::1 b");
        assertThat(container.getDnsConfig())
                .isEqualTo(ContainerSpec.DNSConfig.newBuilder()
                        .addNameservers("10.0.0.53")
                        .addOptions("ndots:2")
                        .addSearch("example.test")
                        .build());
        assertThat(lines.control.services.get(0).getSpec().getEndpoint().getMode())
                .isEqualTo(EndpointSpec.ResolutionMode.DNSRR);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--host-rm db|10.0.0.6 other",
                "--host-rm db:10.0.0.5|10.0.0.6 db other",
                "--host-rm db --host-rm other|",
                "--host-add x:10.0.0.7|10.0.0.5 db,10.0.0.6 db other,10.0.0.7 x",
                "--host-rm db --host-add db:10.0.0.9|10.0.0.6 other,10.0.0.9 db"
            })
    void mergeHosts(String flags, String after) {
        ServiceSpec spec = with(
                s -> s.getTaskBuilder().getContainerBuilder().addAllHosts(List.of("10.0.0.5 db", "10.0.0.6 db other")));
        assertThat(String.join(",", lines.container(spec, flags).getHostsList()))
                .isEqualTo(after == null ? "" : after);
    }

    @Test
    void mergeResolvers() {
        ServiceSpec spec = with(s -> s.getTaskBuilder()
                .getContainerBuilder()
                .getDnsConfigBuilder()
                .addAllNameservers(List.of("10.0.0.1", "10.0.0.2"))
                .addSearch("a.test"));
        assertThat(lines.container(
                                spec,
                                "--dns-rm 10.0.0.1 --dns-add 10.0.0.3 --dns-option-add ndots:1 --dns-search-rm a.test")
                        .getDnsConfig())
                .isEqualTo(ContainerSpec.DNSConfig.newBuilder()
                        .addAllNameservers(List.of("10.0.0.2", "10.0.0.3"))
                        .addOptions("ndots:1")
                        .build());
        assertThat(lines.container(spec, "--dns-rm 10.0.0.1 --dns-rm 10.0.0.2 --dns-search-rm a.test")
                        .hasDnsConfig())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--host db img|'db' is not a host: use NAME:ADDRESS",
                "--host db:there img|'db:there' is not a host",
                "--host :10.0.0.5 img|':10.0.0.5' is not a host",
                "--endpoint-mode vip img|'vip' is not supported yet: it needs overlay networks",
                "--endpoint-mode all img|'all' is not an endpoint mode: use dnsrr"
            })
    void refuseWhatIsWrong(String line, String reason) {
        assertThatThrownBy(() -> lines.created(line.split(" "))).hasMessageContaining(reason);
    }
}
