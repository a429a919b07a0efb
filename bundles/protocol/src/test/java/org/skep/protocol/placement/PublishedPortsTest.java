package org.skep.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.Endpoint;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.PortConfig;
import org.skep.protocol.PortConfig.Protocol;
import org.skep.protocol.PortConfig.PublishMode;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;

class PublishedPortsTest {

    @ParameterizedTest
    @CsvSource({
        "INGRESS, TCP, 80, INGRESS, TCP, 80, true",
        "INGRESS, TCP, 80, HOST, TCP, 80, true",
        "HOST, TCP, 80, INGRESS, TCP, 80, true",
        "HOST, TCP, 80, HOST, TCP, 80, false",
        "INGRESS, TCP, 80, INGRESS, UDP, 80, false",
        "INGRESS, TCP, 80, INGRESS, TCP, 81, false",
        "INGRESS, TCP, 0, INGRESS, TCP, 0, false"
    })
    void anIngressPortHasOneOwner(
            PublishMode mine,
            Protocol myProtocol,
            int myPort,
            PublishMode theirs,
            Protocol theirProtocol,
            int theirPort,
            boolean conflict) {
        var others = List.of(service("other", port(theirs, theirProtocol, theirPort)));

        assertThat(PublishedPorts.conflict("", List.of(port(mine, myProtocol, myPort)), others)
                        .isPresent())
                .isEqualTo(conflict);
    }

    @Test
    void aServiceIsNotInItsOwnWay() {
        var ports = port(PublishMode.INGRESS, Protocol.TCP, 80);

        assertThat(PublishedPorts.conflict("me", List.of(ports), List.of(service("me", ports))))
                .isEmpty();
    }

    @Test
    void aGrantedPortIsTakenAsWell() {
        var other = service("other").toBuilder()
                .setEndpoint(Endpoint.newBuilder().addPorts(port(PublishMode.INGRESS, Protocol.TCP, 30000)))
                .build();

        assertThat(PublishedPorts.conflict("", List.of(port(PublishMode.INGRESS, Protocol.TCP, 30000)), List.of(other)))
                .hasValueSatisfying(conflict -> {
                    assertThat(conflict.owner()).isEqualTo(other);
                    assertThat(conflict.port()).hasToString("30000/tcp");
                });
    }

    @Test
    void onePortTwiceIsFound() {
        var tcp = port(PublishMode.HOST, Protocol.TCP, 80);
        var udp = port(PublishMode.HOST, Protocol.UDP, 80);
        var any = port(PublishMode.HOST, Protocol.TCP, 0);

        assertThat(PublishedPorts.repeated(List.of(tcp, udp, any, any))).isEmpty();
        assertThat(PublishedPorts.repeated(List.of(tcp, udp, port(PublishMode.INGRESS, Protocol.TCP, 80))))
                .contains(new PublishedPorts.Port(Protocol.TCP, 80));
    }

    @Test
    void onlyNumberedHostPortsTakeRoomOnANode() {
        assertThat(PublishedPorts.onHost(List.of(
                        port(PublishMode.HOST, Protocol.TCP, 80),
                        port(PublishMode.HOST, Protocol.TCP, 0),
                        port(PublishMode.INGRESS, Protocol.TCP, 81))))
                .containsExactly(new PublishedPorts.Port(Protocol.TCP, 80));
    }

    private static PortConfig port(PublishMode mode, Protocol protocol, int published) {
        return PortConfig.newBuilder()
                .setPublishMode(mode)
                .setProtocol(protocol)
                .setTargetPort(80)
                .setPublishedPort(published)
                .build();
    }

    private static Service service(String id, PortConfig... ports) {
        return Service.newBuilder()
                .setId(id)
                .setSpec(ServiceSpec.newBuilder()
                        .setEndpoint(EndpointSpec.newBuilder().addAllPorts(List.of(ports))))
                .build();
    }
}
