package org.skep.shell.commands.tree;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Endpoint;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.Mount;
import org.skep.protocol.NetworkAttachmentConfig;
import org.skep.protocol.Placement;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.UpdateStatus;

/** Services in full, with the field names of docker's API. */
public final class ServiceTree {

    private ServiceTree() {}

    public static Map<String, Object> of(Service service) {
        return Tree.object(service.getId(), service.getMeta())
                .put("Spec", spec(service.getSpec()))
                .has(service.hasPreviousSpec(), "PreviousSpec", service.getPreviousSpec(), ServiceTree::spec)
                .put("Endpoint", endpoint(service.getEndpoint()))
                .has(service.hasUpdateStatus(), "UpdateStatus", service.getUpdateStatus(), ServiceTree::update)
                .build();
    }

    /** As UpdateStatus has it: {@code rollback_completed}. */
    public static String state(UpdateStatus.UpdateState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static Map<String, Object> spec(ServiceSpec spec) {
        return new Tree()
                .put("Name", spec.getAnnotations().getName())
                .put("Labels", Tree.sorted(spec.getAnnotations().getLabelsMap()))
                .put("TaskTemplate", taskTemplate(spec.getTask()))
                .put("Mode", mode(spec))
                .has(spec.hasUpdate(), "UpdateConfig", spec.getUpdate(), ServiceTree::updateConfig)
                .has(spec.hasRollback(), "RollbackConfig", spec.getRollback(), ServiceTree::updateConfig)
                .put("EndpointSpec", endpointSpec(spec.getEndpoint()))
                .build();
    }

    static Map<String, Object> taskTemplate(TaskSpec task) {
        return new Tree()
                .put("ContainerSpec", container(task.getContainer()))
                .put("Resources", resources(task.getResources()))
                .has(task.hasRestart(), "RestartPolicy", task.getRestart(), ServiceTree::restart)
                .put("Placement", placement(task.getPlacement()))
                .some("Networks", networks(task.getNetworksList()))
                .put("ForceUpdate", task.getForceUpdate())
                .put("Runtime", "container")
                .build();
    }

    static Object port(PortConfig port) {
        return new Tree()
                .some("Name", port.getName())
                .put("Protocol", Tree.word(port.getProtocol()))
                .put("TargetPort", port.getTargetPort())
                .some("PublishedPort", port.getPublishedPort())
                .put("PublishMode", Tree.word(port.getPublishMode()))
                .build();
    }

    private static Map<String, Object> mode(ServiceSpec spec) {
        return switch (spec.getModeCase()) {
            case GLOBAL -> new Tree().put("Global", Map.of()).build();
            case REPLICATED_JOB ->
                new Tree()
                        .put(
                                "ReplicatedJob",
                                new Tree()
                                        .put(
                                                "MaxConcurrent",
                                                spec.getReplicatedJob().getMaxConcurrent())
                                        .put(
                                                "TotalCompletions",
                                                spec.getReplicatedJob().getTotalCompletions())
                                        .build())
                        .build();
            case GLOBAL_JOB -> new Tree().put("GlobalJob", Map.of()).build();
            default ->
                new Tree()
                        .put(
                                "Replicated",
                                new Tree()
                                        .put("Replicas", spec.getReplicated().getReplicas())
                                        .build())
                        .build();
        };
    }

    private static Map<String, Object> container(ContainerSpec container) {
        return new Tree()
                .put("Image", container.getImage())
                .some("Labels", Tree.sorted(container.getLabelsMap()))
                .some("Command", List.copyOf(container.getCommandList()))
                .some("Args", List.copyOf(container.getArgsList()))
                .some("Hostname", container.getHostname())
                .some("Env", List.copyOf(container.getEnvList()))
                .some("Dir", container.getDir())
                .some("User", container.getUser())
                .has(container.hasInit(), "Init", container.getInit(), init -> init.getValue())
                .some("StopSignal", container.getStopSignal())
                .some("TTY", container.getTty())
                .some("ReadOnly", container.getReadOnly())
                .some("Mounts", Tree.list(container.getMountsList(), ServiceTree::mount))
                .has(container.hasStopGracePeriod(), "StopGracePeriod", container.getStopGracePeriod(), Tree::nanos)
                .has(container.hasHealthcheck(), "Healthcheck", container.getHealthcheck(), ServiceTree::health)
                .some("Hosts", List.copyOf(container.getHostsList()))
                .put("DNSConfig", Map.of())
                .some("CapabilityAdd", List.copyOf(container.getCapabilityAddList()))
                .some("CapabilityDrop", List.copyOf(container.getCapabilityDropList()))
                .put("Isolation", "default")
                .build();
    }

    private static Map<String, Object> mount(Mount mount) {
        return new Tree()
                .put("Type", Tree.word(mount.getType()))
                .some("Source", mount.getSource())
                .put("Target", mount.getTarget())
                .some("ReadOnly", mount.getReadonly())
                .some(
                        "Consistency",
                        mount.getConsistency() == Mount.Consistency.DEFAULT ? "" : Tree.word(mount.getConsistency()))
                .has(mount.hasBindOptions(), "BindOptions", mount.getBindOptions(), bind -> new Tree()
                        .put("Propagation", Tree.word(bind.getPropagation()))
                        .some("NonRecursive", bind.getNonrecursive())
                        .some("CreateMountpoint", bind.getCreatemountpoint())
                        .some("ReadOnlyNonRecursive", bind.getReadonlynonrecursive())
                        .some("ReadOnlyForceRecursive", bind.getReadonlyforcerecursive())
                        .build())
                .has(mount.hasVolumeOptions(), "VolumeOptions", mount.getVolumeOptions(), volume -> new Tree()
                        .some("NoCopy", volume.getNocopy())
                        .some("Labels", Tree.sorted(volume.getLabelsMap()))
                        .has(volume.hasDriverConfig(), "DriverConfig", volume.getDriverConfig(), driver -> new Tree()
                                .some("Name", driver.getName())
                                .some("Options", Tree.sorted(driver.getOptionsMap()))
                                .build())
                        .some("Subpath", volume.getSubpath())
                        .build())
                .has(mount.hasTmpfsOptions(), "TmpfsOptions", mount.getTmpfsOptions(), tmpfs -> new Tree()
                        .some("SizeBytes", tmpfs.getSizeBytes())
                        .some("Mode", tmpfs.getMode())
                        .build())
                .build();
    }

    private static Map<String, Object> health(HealthConfig health) {
        return new Tree()
                .some("Test", List.copyOf(health.getTestList()))
                .some("Interval", Tree.nanos(health.getInterval()))
                .some("Timeout", Tree.nanos(health.getTimeout()))
                .some("StartPeriod", Tree.nanos(health.getStartPeriod()))
                .some("StartInterval", Tree.nanos(health.getStartInterval()))
                .some("Retries", health.getRetries())
                .build();
    }

    private static Map<String, Object> resources(ResourceRequirements resources) {
        return new Tree()
                .some("Limits", NodeTree.resources(resources.getLimits()))
                .some("Reservations", NodeTree.resources(resources.getReservations()))
                .build();
    }

    private static Map<String, Object> restart(RestartPolicy restart) {
        return new Tree()
                .put("Condition", Tree.word(restart.getCondition()))
                .has(restart.hasDelay(), "Delay", restart.getDelay(), Tree::nanos)
                .put("MaxAttempts", restart.getMaxAttempts())
                .has(restart.hasWindow(), "Window", restart.getWindow(), Tree::nanos)
                .build();
    }

    private static Map<String, Object> placement(Placement placement) {
        return new Tree()
                .some("Constraints", List.copyOf(placement.getConstraintsList()))
                .some("Preferences", Tree.list(placement.getPreferencesList(), preference -> new Tree()
                        .put(
                                "Spread",
                                new Tree()
                                        .put(
                                                "SpreadDescriptor",
                                                preference.getSpread().getSpreadDescriptor())
                                        .build())
                        .build()))
                .some("MaxReplicas", placement.getMaxReplicas())
                .some("Platforms", Tree.list(placement.getPlatformsList(), platform -> new Tree()
                        .some("Architecture", platform.getArchitecture())
                        .some("OS", platform.getOs())
                        .build()))
                .build();
    }

    private static List<Object> networks(List<NetworkAttachmentConfig> networks) {
        return Tree.list(networks, network -> new Tree()
                .put("Target", network.getTarget())
                .some("Aliases", List.copyOf(network.getAliasesList()))
                .some("DriverOpts", Tree.sorted(network.getDriverAttachmentOptsMap()))
                .build());
    }

    private static Map<String, Object> updateConfig(UpdateConfig config) {
        return new Tree()
                .put("Parallelism", config.getParallelism())
                .some("Delay", Tree.nanos(config.getDelay()))
                .put("FailureAction", Tree.word(config.getFailureAction()))
                .some("Monitor", Tree.nanos(config.getMonitor()))
                .put("MaxFailureRatio", config.getMaxFailureRatio())
                .put("Order", Tree.word(config.getOrder()))
                .build();
    }

    private static Map<String, Object> endpointSpec(EndpointSpec spec) {
        return new Tree()
                .put("Mode", Tree.word(spec.getMode()))
                .some("Ports", Tree.list(spec.getPortsList(), ServiceTree::port))
                .build();
    }

    private static Map<String, Object> endpoint(Endpoint endpoint) {
        return new Tree()
                .put("Spec", endpoint.hasSpec() ? endpointSpec(endpoint.getSpec()) : Map.of())
                .some("Ports", Tree.list(endpoint.getPortsList(), ServiceTree::port))
                .some("VirtualIPs", Tree.list(endpoint.getVirtualIpsList(), vip -> new Tree()
                        .put("NetworkID", vip.getNetworkId())
                        .put("Addr", vip.getAddr())
                        .build()))
                .build();
    }

    private static Map<String, Object> update(UpdateStatus status) {
        return new Tree()
                .put("State", state(status.getState()))
                .has(status.hasStartedAt(), "StartedAt", status.getStartedAt(), Tree::time)
                .has(status.hasCompletedAt(), "CompletedAt", status.getCompletedAt(), Tree::time)
                .put("Message", status.getMessage())
                .build();
    }
}
