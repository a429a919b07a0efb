package org.skep.runtime.docker;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.HealthStateLog;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Ports;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.TaskDescription;

/** What the engine knows of a container at one moment. */
record ContainerRecord(InspectContainerResponse inspected) {

    String id() {
        return inspected.getId();
    }

    boolean isOf(TaskDescription task) {
        Map<String, String> labels = inspected.getConfig().getLabels();
        return labels != null
                && task.id().equals(labels.get(Labels.TASK))
                && task.nodeId().equals(labels.get(Labels.NODE));
    }

    /** It may be half made. */
    boolean neverRan() {
        return "created".equals(state().getStatus());
    }

    boolean hasEnded() {
        String status = state().getStatus();
        return "exited".equals(status) || "dead".equals(status) || "removing".equals(status);
    }

    /** The host's number of its first process; 0 if there is none. */
    long pid() {
        return hasEnded() ? 0 : state().getPidLong();
    }

    int exitCode() {
        return Math.toIntExact(state().getExitCodeLong());
    }

    /** Why it ended, as far as its exit code does not tell; empty if there is nothing to add. */
    String failure(long memoryLimit) {
        if (Boolean.TRUE.equals(state().getOOMKilled())) {
            return memoryLimit == 0 ? "out of memory" : "out of memory: its limit is " + memoryLimit + " bytes";
        }
        String error = state().getError();
        return error == null ? "" : Failures.line(error);
    }

    /** The engine's word for it; empty for a container without health checks. */
    String health() {
        HealthState health = state().getHealth();
        return health == null ? "" : Objects.requireNonNullElse(health.getStatus(), "");
    }

    /** What the last health check had to say. */
    String lastCheck() {
        List<HealthStateLog> checks = state().getHealth().getLog();
        if (checks == null || checks.isEmpty()) {
            return "no check succeeded";
        }
        HealthStateLog last = checks.get(checks.size() - 1);
        String output = last.getOutput() == null ? "" : Failures.line(last.getOutput());
        return output.isEmpty() ? "its check ended with " + last.getExitCodeLong() : output;
    }

    /** Those that can be reached from outside while it runs. */
    List<PublishedPort> ports() {
        if (hasEnded()
                || inspected.getNetworkSettings() == null
                || inspected.getNetworkSettings().getPorts() == null) {
            return List.of();
        }
        return inspected.getNetworkSettings().getPorts().getBindings().entrySet().stream()
                .filter(port -> port.getValue() != null && port.getValue().length > 0)
                .map(port -> published(port.getKey(), port.getValue()[0]))
                .sorted(Comparator.comparingInt(PublishedPort::target).thenComparing(PublishedPort::protocol))
                .toList();
    }

    private static PublishedPort published(ExposedPort port, Ports.Binding binding) {
        PublishedPort.Protocol protocol =
                switch (port.getProtocol()) {
                    case TCP -> PublishedPort.Protocol.TCP;
                    case UDP -> PublishedPort.Protocol.UDP;
                    case SCTP -> PublishedPort.Protocol.SCTP;
                };
        return new PublishedPort(protocol, port.getPort(), Integer.parseInt(binding.getHostPortSpec()));
    }

    private ContainerState state() {
        return inspected.getState();
    }
}
