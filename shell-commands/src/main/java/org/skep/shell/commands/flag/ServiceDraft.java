package org.skep.shell.commands.flag;

import com.google.protobuf.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.Mount;
import org.skep.protocol.NetworkAttachmentConfig;
import org.skep.protocol.Placement;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.UpdateConfig;
import org.skep.shell.commands.value.EnvVar;

/** A service's specification while flags edit it. */
public final class ServiceDraft {

    private static final long DEFAULT_RESTART_SECONDS = 5;

    /** Proto's zero means all at once, without a look at what becomes of it. */
    private static final UpdateConfig UPDATE_DEFAULTS = UpdateConfig.newBuilder()
            .setParallelism(1)
            .setMonitor(Duration.newBuilder().setSeconds(5))
            .build();

    private final ServiceSpec.Builder spec;
    private final Surroundings surroundings;
    private boolean tagKept;

    /** What flags need to know from outside of the line. */
    public interface Surroundings {

        /** A variable of the client. */
        Optional<String> environment(String name);

        /** A file that the line names. */
        byte[] read(String file, int limit);

        /** The ID of a network. */
        String networkId(String reference);
    }

    public ServiceDraft(ServiceSpec spec, Surroundings surroundings) {
        this.spec = spec.toBuilder();
        this.surroundings = surroundings;
    }

    public ServiceSpec build() {
        return spec.build();
    }

    /** Whether the image's registry may be asked which image its tag stands for. */
    public boolean pinsImage() {
        return !tagKept;
    }

    void keepTag(boolean keep) {
        tagKept = keep;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    ServiceSpec.Builder spec() {
        return spec;
    }

    TaskSpec.Builder task() {
        return spec.getTaskBuilder();
    }

    ContainerSpec.Builder container() {
        return task().getContainerBuilder();
    }

    Placement.Builder placement() {
        return task().getPlacementBuilder();
    }

    ResourceRequirements.Builder resources() {
        return task().getResourcesBuilder();
    }

    /** Proto's zero means "never restart": a policy of which only a part is given starts from swarm mode's defaults. */
    RestartPolicy.Builder restart() {
        if (!task().hasRestart()) {
            task().setRestart(RestartPolicy.newBuilder()
                    .setCondition(RestartPolicy.RestartCondition.ANY)
                    .setDelay(Duration.newBuilder().setSeconds(DEFAULT_RESTART_SECONDS)));
        }
        return task().getRestartBuilder();
    }

    /** A check that was switched off has nothing to build on. */
    HealthConfig.Builder health() {
        HealthConfig.Builder health = container().getHealthcheckBuilder();
        if (health.getTestCount() > 0 && health.getTest(0).equals("NONE")) {
            health.clear();
        }
        return health;
    }

    UpdateConfig.Builder update() {
        if (!spec.hasUpdate()) {
            spec.setUpdate(UPDATE_DEFAULTS);
        }
        return spec.getUpdateBuilder();
    }

    UpdateConfig.Builder rollback() {
        if (!spec.hasRollback()) {
            spec.setRollback(UPDATE_DEFAULTS);
        }
        return spec.getRollbackBuilder();
    }

    void addEnvironment(List<String> entries) {
        List<String> merged = EnvVar.merge(container().getEnvList(), entries);
        container().clearEnv().addAllEnv(merged);
    }

    void removeEnvironment(List<String> names) {
        List<String> kept = Elements.without(container().getEnvList(), EnvVar::nameOf, names);
        container().clearEnv().addAllEnv(kept);
    }

    void addMounts(List<Mount> mounts) {
        List<Mount> all = Elements.replacing(container().getMountsList(), Mount::getTarget, mounts);
        container().clearMounts().addAllMounts(all);
    }

    void removeMounts(List<String> targets) {
        List<Mount> kept = Elements.without(container().getMountsList(), Mount::getTarget, targets);
        container().clearMounts().addAllMounts(kept);
    }

    void addPorts(List<PortConfig> ports) {
        List<PortConfig> all = Elements.with(spec.getEndpoint().getPortsList(), ports);
        spec.getEndpointBuilder().clearPorts().addAllPorts(all);
    }

    /** A port goes if its target and protocol are named, and its published port where one is named. */
    void removePorts(List<PortConfig> ports) {
        List<PortConfig> kept = spec.getEndpoint().getPortsList().stream()
                .filter(port -> ports.stream()
                        .noneMatch(named -> named.getTargetPort() == port.getTargetPort()
                                && named.getProtocol() == port.getProtocol()
                                && (named.getPublishedPort() == 0
                                        || named.getPublishedPort() == port.getPublishedPort())))
                .toList();
        spec.getEndpointBuilder().clearPorts().addAllPorts(kept);
    }

    void addNetworks(List<NetworkAttachmentConfig> networks) {
        for (NetworkAttachmentConfig network : networks) {
            String id = surroundings.networkId(network.getTarget());
            if (task().getNetworksList().stream().noneMatch(n -> n.getTarget().equals(id))) {
                task().addNetworks(network.toBuilder().setTarget(id));
            }
        }
    }

    void removeNetworks(List<String> references) {
        List<String> ids = references.stream().map(surroundings::networkId).toList();
        List<NetworkAttachmentConfig> kept =
                Elements.without(task().getNetworksList(), NetworkAttachmentConfig::getTarget, ids);
        task().clearNetworks().addAllNetworks(kept);
    }

    /** What is dropped from one list of capabilities is what was added to the other. */
    void addCapabilities(List<String> names) {
        List<String> all = Elements.with(container().getCapabilityAddList(), names);
        container().clearCapabilityAdd().addAllCapabilityAdd(all);
        List<String> dropped = Elements.without(container().getCapabilityDropList(), UnaryOperator.identity(), names);
        container().clearCapabilityDrop().addAllCapabilityDrop(dropped);
    }

    void dropCapabilities(List<String> names) {
        List<String> all = Elements.with(container().getCapabilityDropList(), names);
        container().clearCapabilityDrop().addAllCapabilityDrop(all);
        List<String> added = Elements.without(container().getCapabilityAddList(), UnaryOperator.identity(), names);
        container().clearCapabilityAdd().addAllCapabilityAdd(added);
    }

    void addConstraints(List<String> constraints) {
        List<String> all = Elements.with(placement().getConstraintsList(), constraints);
        placement().clearConstraints().addAllConstraints(all);
    }

    void removeConstraints(List<String> constraints) {
        Function<String, String> compact = text -> text.replaceAll("\\s", "");
        List<String> kept = Elements.without(
                placement().getConstraintsList(),
                compact,
                constraints.stream().map(compact).toList());
        placement().clearConstraints().addAllConstraints(kept);
    }

    void addLabels(Map<String, String> labels) {
        spec.getAnnotationsBuilder().putAllLabels(labels);
    }

    void removeLabels(List<String> keys) {
        keys.forEach(spec.getAnnotationsBuilder()::removeLabels);
    }
}
