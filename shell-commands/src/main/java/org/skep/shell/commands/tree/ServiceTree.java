package org.skep.shell.commands.tree;

import com.google.protobuf.Int64Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.skep.protocol.Endpoint;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.JobStatus;
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
import org.skep.shell.commands.value.Ratio;

/** Services in full, with the field names of docker's API. */
public final class ServiceTree {

    private ServiceTree() {}

    public static Map<String, Object> of(Service service) {
        return Tree.object(service.getId(), service.getMeta())
                .some("Revision", service.getRevision())
                .put("Spec", spec(ServiceDefaults.fill(service.getSpec())))
                .has(service.hasPreviousSpec(), "PreviousSpec", service.getPreviousSpec(), ServiceTree::spec)
                .put("Endpoint", endpoint(service.getEndpoint()))
                .has(service.hasUpdateStatus(), "UpdateStatus", service.getUpdateStatus(), ServiceTree::update)
                .has(service.hasJobStatus(), "JobStatus", service.getJobStatus(), ServiceTree::job)
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
                .put("ContainerSpec", ContainerTree.of(task.getContainer()))
                .put("Resources", resources(task))
                .has(task.hasRestart(), "RestartPolicy", task.getRestart(), ServiceTree::restart)
                .has(task.hasLogDriver(), "LogDriver", task.getLogDriver(), driver -> new Tree()
                        .put("Name", driver.getName())
                        .some("Options", Tree.sorted(driver.getOptionsMap()))
                        .build())
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

    private static Map<String, Object> resources(TaskSpec task) {
        ResourceRequirements resources = task.getResources();
        return new Tree()
                .put(
                        "Limits",
                        NodeTree.amounts(resources.getLimits())
                                .some("Pids", task.getContainer().getPidsLimit())
                                .build())
                .put("Reservations", NodeTree.resources(resources.getReservations()))
                .has(resources.hasSwapBytes(), "SwapBytes", resources.getSwapBytes(), Int64Value::getValue)
                .has(
                        resources.hasMemorySwappiness(),
                        "MemorySwappiness",
                        resources.getMemorySwappiness(),
                        Int64Value::getValue)
                .build();
    }

    private static Map<String, Object> job(JobStatus status) {
        return new Tree()
                .put(
                        "JobIteration",
                        new Tree()
                                .some("Index", status.getJobIteration().getIndex())
                                .build())
                .has(status.hasLastExecution(), "LastExecution", status.getLastExecution(), Tree::time)
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
                .some("Strategy", placement.getStrategy())
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
                .put("MaxFailureRatio", new BigDecimal(Ratio.print(config.getMaxFailureRatio())))
                .put("Order", Tree.word(config.getOrder()))
                .has(config.hasMaxWait(), "MaxWait", config.getMaxWait(), Tree::nanos)
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
