package org.skep.protocol.placement;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.skep.protocol.PortConfig;
import org.skep.protocol.PortConfig.Protocol;
import org.skep.protocol.PortConfig.PublishMode;
import org.skep.protocol.Service;

/**
 * Who may publish which port. A port is a number with a protocol; number 0 asks for any free one and is in nobody's
 * way. An ingress port belongs to one service in the whole swarm; a host port belongs to one task per node, so any
 * number of services may ask for it.
 */
public final class PublishedPorts {

    private PublishedPorts() {}

    /** A number with its protocol. */
    public record Port(Protocol protocol, int number) {
        @Override
        public String toString() {
            return number + "/" + protocol.name().toLowerCase(Locale.ROOT);
        }
    }

    /** A port that another service has, and how that one publishes it. */
    public record Conflict(Port port, Service owner, PublishMode mode) {}

    public static Optional<Port> port(PortConfig config) {
        return config.getPublishedPort() == 0
                ? Optional.empty()
                : Optional.of(new Port(config.getProtocol(), config.getPublishedPort()));
    }

    /** The host ports that a task with these ports takes on its node. */
    public static Set<Port> onHost(Collection<PortConfig> ports) {
        return ports.stream()
                .filter(config -> config.getPublishMode() == PublishMode.HOST)
                .flatMap(config -> port(config).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The first port that one service asks for twice. */
    public static Optional<Port> repeated(List<PortConfig> ports) {
        Set<Port> seen = new HashSet<>();
        return ports.stream()
                .flatMap(config -> port(config).stream())
                .filter(port -> !seen.add(port))
                .findFirst();
    }

    /**
     * The first port that a service may not have because another one has it.
     *
     * @param serviceId of the service that asks; empty for one that does not exist yet
     */
    public static Optional<Conflict> conflict(String serviceId, List<PortConfig> ports, Collection<Service> services) {
        Map<Port, PublishMode> wanted = new HashMap<>();
        ports.forEach(config -> port(config).ifPresent(port -> wanted.put(port, config.getPublishMode())));
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        return services.stream()
                .filter(service -> !service.getId().equals(serviceId))
                .flatMap(service -> granted(service).stream().flatMap(config -> port(config).stream()
                        .filter(wanted::containsKey)
                        .filter(port -> wanted.get(port) == PublishMode.INGRESS
                                || config.getPublishMode() == PublishMode.INGRESS)
                        .map(port -> new Conflict(port, service, config.getPublishMode()))))
                .findFirst();
    }

    /** What a service asks for, and what the allocator found for its requests without a number. */
    private static Collection<PortConfig> granted(Service service) {
        Set<PortConfig> all = new HashSet<>(service.getSpec().getEndpoint().getPortsList());
        all.addAll(service.getEndpoint().getPortsList());
        return all;
    }
}
