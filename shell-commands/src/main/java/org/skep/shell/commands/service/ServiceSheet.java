package org.skep.shell.commands.service;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.skep.api.command.Outcome;
import org.skep.protocol.Placement;
import org.skep.protocol.PortConfig;
import org.skep.protocol.Resources;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.UpdateStatus;
import org.skep.protocol.UpdateStatus.UpdateState;
import org.skep.shell.commands.Sheet;
import org.skep.shell.commands.listing.Ages;
import org.skep.shell.commands.tree.ServiceDefaults;
import org.skep.shell.commands.tree.ServiceTree;
import org.skep.shell.commands.value.ByteSize;
import org.skep.shell.commands.value.Cpus;
import org.skep.shell.commands.value.GenericResources;
import org.skep.shell.commands.value.GoDuration;
import org.skep.shell.commands.value.Ports;
import org.skep.shell.commands.value.Preferences;
import org.skep.shell.commands.value.Ratio;

/** A service laid out for people, in docker's words. */
record ServiceSheet(UnaryOperator<String> networkName, Instant now) {

    Outcome print(Service service) {
        ServiceSpec spec = ServiceDefaults.fill(service.getSpec());
        Sheet sheet = new Sheet()
                .field("ID", service.getId())
                .field("Name", spec.getAnnotations().getName())
                .some("Revision", service.getRevision() == 0 ? null : service.getRevision())
                .group("Labels", labels -> new TreeMap<>(spec.getAnnotations().getLabelsMap())
                        .forEach((key, value) -> labels.line(key + (value.isEmpty() ? "" : "=" + value))));
        mode(service, sheet);
        sheet.group("UpdateStatus", status -> status(service, status))
                .line("Placement:")
                .indented(placement -> placement(spec.getTask().getPlacement(), placement))
                .group("UpdateConfig", update -> update(spec.hasUpdate(), spec.getUpdate(), "Update", update))
                .group("RollbackConfig", update -> update(spec.hasRollback(), spec.getRollback(), "Rollback", update));
        ContainerSheet.print(spec.getTask(), sheet);
        return sheet.group("Resources", resources -> resources(spec.getTask(), resources))
                .some(
                        "Networks",
                        spec.getTask().getNetworksList().stream()
                                .map(network -> networkName.apply(network.getTarget()))
                                .collect(Collectors.joining(" ")))
                .field("Endpoint Mode", spec.getEndpoint().getMode().name().toLowerCase(Locale.ROOT))
                .group("Ports", ports -> spec.getEndpoint().getPortsList().forEach(port -> port(port, ports)))
                .outcome();
    }

    private void mode(Service service, Sheet sheet) {
        ServiceSpec spec = service.getSpec();
        switch (spec.getModeCase()) {
            case GLOBAL -> sheet.field("Service Mode", "Global");
            case GLOBAL_JOB -> sheet.field("Service Mode", "Global Job");
            case REPLICATED_JOB ->
                sheet.field("Service Mode", "Replicated Job")
                        .field(" Max Concurrent", spec.getReplicatedJob().getMaxConcurrent())
                        .field(" Total Completions", spec.getReplicatedJob().getTotalCompletions());
            default ->
                sheet.field("Service Mode", "Replicated")
                        .field(" Replicas", spec.getReplicated().getReplicas());
        }
        if (service.getJobStatus().hasLastExecution()) {
            sheet.field(" Run", service.getJobStatus().getJobIteration().getIndex())
                    .field(" Last Execution", Ages.ago(service.getJobStatus().getLastExecution(), now));
        }
    }

    private void status(Service service, Sheet sheet) {
        if (service.getUpdateStatus().getState() != UpdateState.UNKNOWN) {
            UpdateStatus status = service.getUpdateStatus();
            sheet.field("State", ServiceTree.state(status.getState()))
                    .some("Started", status.hasStartedAt() ? Ages.ago(status.getStartedAt(), now) : null)
                    .some("Completed", status.hasCompletedAt() ? Ages.ago(status.getCompletedAt(), now) : null)
                    .field("Message", status.getMessage());
        }
    }

    private static void placement(Placement placement, Sheet sheet) {
        sheet.some("Constraints", list(placement.getConstraintsList()))
                .some(
                        "Preferences",
                        list(placement.getPreferencesList().stream()
                                .map(Preferences::print)
                                .toList()))
                .some("Max Replicas Per Node", placement.getMaxReplicas() == 0 ? null : placement.getMaxReplicas())
                .some("Strategy", placement.getStrategy());
    }

    private static String list(List<String> values) {
        return values.isEmpty() ? "" : "[" + String.join(", ", values) + "]";
    }

    private static void update(boolean present, UpdateConfig config, String verb, Sheet sheet) {
        if (!present) {
            return;
        }
        sheet.field("Parallelism", config.getParallelism())
                .some("Delay", some(config.getDelay()))
                .field("On failure", config.getFailureAction().name().toLowerCase(Locale.ROOT))
                .some("Monitoring Period", some(config.getMonitor()))
                .field("Max failure ratio", Ratio.print(config.getMaxFailureRatio()))
                .field(
                        verb + " order",
                        config.getOrder().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .some("Max wait", config.hasMaxWait() ? GoDuration.print(Times.duration(config.getMaxWait())) : null);
    }

    private static String some(com.google.protobuf.Duration duration) {
        return Times.duration(duration).isZero() ? "" : GoDuration.print(Times.duration(duration));
    }

    private static void resources(TaskSpec task, Sheet sheet) {
        sheet.group("Reservations", group -> amounts(task.getResources().getReservations(), group))
                .group("Limits", group -> {
                    amounts(task.getResources().getLimits(), group);
                    long processes = task.getContainer().getPidsLimit();
                    group.some("PIDs", processes == 0 ? null : processes);
                })
                .some("MemorySwap", swap(task))
                .some(
                        "MemorySwappiness",
                        task.getResources().hasMemorySwappiness()
                                ? task.getResources().getMemorySwappiness().getValue()
                                : null);
    }

    private static String swap(TaskSpec task) {
        long bytes = task.getResources().getSwapBytes().getValue();
        return !task.getResources().hasSwapBytes() ? "" : bytes < 0 ? "unlimited" : ByteSize.print(bytes);
    }

    private static void amounts(Resources resources, Sheet sheet) {
        sheet.some("CPU", resources.getNanoCpus() == 0 ? null : Cpus.print(resources.getNanoCpus()))
                .some("Memory", resources.getMemoryBytes() == 0 ? null : ByteSize.print(resources.getMemoryBytes()))
                .some(
                        "Generic",
                        resources.getGenericList().stream()
                                .map(GenericResources::print)
                                .collect(Collectors.joining(", ")));
    }

    private static void port(PortConfig port, Sheet sheet) {
        sheet.line("PublishedPort = " + port.getPublishedPort())
                .line(" Protocol = " + Ports.print(port.getProtocol()))
                .line(" TargetPort = " + port.getTargetPort())
                .line(" PublishMode = " + port.getPublishMode().name().toLowerCase(Locale.ROOT));
    }
}
