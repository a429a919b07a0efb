package org.skep.runtime.docker;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.NetworkConnection;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskDescription;

/** Tasks for tests. */
record TaskBuilder(
        ContainerConfig.Builder container,
        ResourceLimits limits,
        List<PublishedPort> ports,
        List<NetworkConnection> networks) {

    static TaskBuilder shell(String script) {
        return of(ContainerConfig.of("busybox:latest").args(List.of("sh", "-c", script)));
    }

    static TaskBuilder of(ContainerConfig.Builder container) {
        return new TaskBuilder(container, ResourceLimits.NONE, List.of(), List.of());
    }

    TaskBuilder limits(ResourceLimits value) {
        return new TaskBuilder(container, value, ports, networks);
    }

    TaskBuilder ports(PublishedPort... values) {
        return new TaskBuilder(container, limits, List.of(values), networks);
    }

    TaskBuilder networks(NetworkConnection... values) {
        return new TaskBuilder(container, limits, ports, List.of(values));
    }

    TaskDescription on(String nodeId) {
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, 25);
        return new TaskDescription(
                id,
                "test.1." + id,
                "testservice",
                "test",
                nodeId,
                container.build(),
                limits,
                ports,
                networks,
                Map.of());
    }
}
