package org.skep.api.runtime;

import java.util.List;
import java.util.Map;

/**
 * A task as a runtime sees it: everything is resolved, nothing has to be looked up.
 *
 * @param name {@code SERVICE.SLOT.ID}
 * @param labels that the runtime should put on what it creates, so that others can find it
 * @param networks to attach to; empty for the runtime's default
 */
public record TaskDescription(
        String id,
        String name,
        String serviceId,
        String serviceName,
        String nodeId,
        ContainerConfig container,
        ResourceLimits limits,
        List<PublishedPort> ports,
        List<NetworkConnection> networks,
        Map<String, String> labels) {
    public TaskDescription {
        ports = List.copyOf(ports);
        networks = List.copyOf(networks);
        labels = Map.copyOf(labels);
    }
}
