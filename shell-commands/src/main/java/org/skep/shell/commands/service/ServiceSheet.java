package org.skep.shell.commands.service;

import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.skep.api.command.Outcome;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.Mount;
import org.skep.protocol.PortConfig;
import org.skep.protocol.Resources;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateStatus;
import org.skep.shell.commands.Sheet;
import org.skep.shell.commands.tree.ServiceTree;
import org.skep.shell.commands.value.ByteSize;
import org.skep.shell.commands.value.Cpus;
import org.skep.shell.commands.value.GoDuration;
import org.skep.shell.commands.value.Mounts;
import org.skep.shell.commands.value.Ports;

/** A service laid out for people. */
record ServiceSheet(UnaryOperator<String> networkName) {

    Outcome print(Service service) {
        ServiceSpec spec = service.getSpec();
        ContainerSpec container = spec.getTask().getContainer();
        return new Sheet()
                .field("ID", service.getId())
                .field("Name", spec.getAnnotations().getName())
                .labels("Labels", spec.getAnnotations().getLabelsMap())
                .field("Service Mode", spec.hasGlobal() ? "Global" : "Replicated")
                .some(" Replicas", spec.hasReplicated() ? spec.getReplicated().getReplicas() : null)
                .group("UpdateStatus", sheet -> update(service, sheet))
                .group(
                        "Placement",
                        sheet -> sheet.some(
                                "Constraints",
                                String.join(", ", spec.getTask().getPlacement().getConstraintsList())))
                .group("ContainerSpec", sheet -> container(container, sheet))
                .group("RestartPolicy", sheet -> restart(spec.getTask(), sheet))
                .group("Mounts", sheet -> container.getMountsList().forEach(mount -> mount(mount, sheet)))
                .group("Healthcheck", sheet -> health(container, sheet))
                .group("Resources", sheet -> resources(spec.getTask(), sheet))
                .some(
                        "Networks",
                        spec.getTask().getNetworksList().stream()
                                .map(network -> networkName.apply(network.getTarget()))
                                .collect(Collectors.joining(" ")))
                .field("Endpoint Mode", spec.getEndpoint().getMode().name().toLowerCase(Locale.ROOT))
                .group("Ports", sheet -> spec.getEndpoint().getPortsList().forEach(port -> port(port, sheet)))
                .outcome();
    }

    private static void update(Service service, Sheet sheet) {
        if (service.hasUpdateStatus()) {
            UpdateStatus status = service.getUpdateStatus();
            sheet.field("State", ServiceTree.state(status.getState()))
                    .some("Started", status.hasStartedAt() ? Times.instant(status.getStartedAt()) : null)
                    .some("Completed", status.hasCompletedAt() ? Times.instant(status.getCompletedAt()) : null)
                    .some("Message", status.getMessage());
        }
    }

    private static void container(ContainerSpec container, Sheet sheet) {
        sheet.field("Image", container.getImage())
                .some("Command", String.join(" ", container.getCommandList()))
                .some("Args", String.join(" ", container.getArgsList()))
                .some("Env", String.join(" ", container.getEnvList()))
                .some("Dir", container.getDir())
                .some("User", container.getUser())
                .some("Hostname", container.getHostname())
                .some("Init", container.hasInit() ? container.getInit().getValue() : null)
                .some("ReadOnly", container.getReadOnly() ? "true" : null)
                .some("CapabilityAdd", String.join(", ", container.getCapabilityAddList()))
                .some("CapabilityDrop", String.join(", ", container.getCapabilityDropList()))
                .some("StopSignal", container.getStopSignal())
                .some("StopGracePeriod", container.hasStopGracePeriod() ? print(container.getStopGracePeriod()) : null);
    }

    private static void restart(TaskSpec task, Sheet sheet) {
        if (task.hasRestart()) {
            var restart = task.getRestart();
            sheet.field(
                            "Condition",
                            restart.getCondition()
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', '-'))
                    .some("Delay", restart.hasDelay() ? print(restart.getDelay()) : null)
                    .some("MaxAttempts", restart.getMaxAttempts() == 0 ? null : restart.getMaxAttempts())
                    .some("Window", restart.hasWindow() ? print(restart.getWindow()) : null);
        }
    }

    private static void mount(Mount mount, Sheet sheet) {
        sheet.field("Target", mount.getTarget())
                .some(" Source", mount.getSource())
                .field(" ReadOnly", mount.getReadonly())
                .field(" Type", Mounts.print(mount.getType()));
    }

    private static void health(ContainerSpec container, Sheet sheet) {
        if (container.hasHealthcheck()) {
            HealthConfig health = container.getHealthcheck();
            sheet.some("Test", String.join(" ", health.getTestList()))
                    .some("Interval", health.hasInterval() ? print(health.getInterval()) : null)
                    .some("Timeout", health.hasTimeout() ? print(health.getTimeout()) : null)
                    .some("StartPeriod", health.hasStartPeriod() ? print(health.getStartPeriod()) : null)
                    .some("Retries", health.getRetries() == 0 ? null : health.getRetries());
        }
    }

    private static void resources(TaskSpec task, Sheet sheet) {
        sheet.group("Reservations", group -> amounts(task.getResources().getReservations(), group))
                .group("Limits", group -> amounts(task.getResources().getLimits(), group));
    }

    private static void amounts(Resources resources, Sheet sheet) {
        sheet.some("CPU", resources.getNanoCpus() == 0 ? null : Cpus.print(resources.getNanoCpus()))
                .some("Memory", resources.getMemoryBytes() == 0 ? null : ByteSize.print(resources.getMemoryBytes()));
    }

    private static void port(PortConfig port, Sheet sheet) {
        sheet.field("PublishedPort", port.getPublishedPort())
                .field(" Protocol", Ports.print(port.getProtocol()))
                .field(" TargetPort", port.getTargetPort())
                .field(" PublishMode", port.getPublishMode().name().toLowerCase(Locale.ROOT));
    }

    private static String print(com.google.protobuf.Duration duration) {
        return GoDuration.print(Times.duration(duration));
    }
}
