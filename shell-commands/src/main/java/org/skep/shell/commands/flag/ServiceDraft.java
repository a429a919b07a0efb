package org.skep.shell.commands.flag;

import com.google.protobuf.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.skep.shell.commands.value.EnvVar;

/** A service's specification while flags edit it. */
public final class ServiceDraft {

    private static final long DEFAULT_RESTART_SECONDS = 5;

    private final ServiceSpec.Builder spec;
    private final Surroundings surroundings;

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

    void addEnvironment(List<String> entries) {
        List<String> merged = EnvVar.merge(container().getEnvList(), entries);
        container().clearEnv().addAllEnv(merged);
    }

    void removeEnvironment(List<String> names) {
        List<String> kept = without(container().getEnvList(), EnvVar::nameOf, names);
        container().clearEnv().addAllEnv(kept);
    }

    void addMounts(List<Mount> mounts) {
        List<Mount> kept = without(
                container().getMountsList(),
                Mount::getTarget,
                mounts.stream().map(Mount::getTarget).toList());
        container().clearMounts().addAllMounts(kept).addAllMounts(mounts);
    }

    void removeMounts(List<String> targets) {
        List<Mount> kept = without(container().getMountsList(), Mount::getTarget, targets);
        container().clearMounts().addAllMounts(kept);
    }

    void addPorts(List<PortConfig> ports) {
        List<PortConfig> all = new ArrayList<>(spec.getEndpoint().getPortsList());
        ports.stream().filter(port -> !all.contains(port)).forEach(all::add);
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
        List<NetworkAttachmentConfig> kept = without(task().getNetworksList(), NetworkAttachmentConfig::getTarget, ids);
        task().clearNetworks().addAllNetworks(kept);
    }

    /** What is dropped from one list of capabilities is what was added to the other. */
    void addCapabilities(List<String> names) {
        container().addAllCapabilityAdd(distinct(names, container().getCapabilityAddList()));
        List<String> dropped = without(container().getCapabilityDropList(), UnaryOperator.identity(), names);
        container().clearCapabilityDrop().addAllCapabilityDrop(dropped);
    }

    void dropCapabilities(List<String> names) {
        container().addAllCapabilityDrop(distinct(names, container().getCapabilityDropList()));
        List<String> added = without(container().getCapabilityAddList(), UnaryOperator.identity(), names);
        container().clearCapabilityAdd().addAllCapabilityAdd(added);
    }

    void addConstraints(List<String> constraints) {
        placement().addAllConstraints(distinct(constraints, placement().getConstraintsList()));
    }

    void removeConstraints(List<String> constraints) {
        Function<String, String> compact = text -> text.replaceAll("\\s", "");
        List<String> kept = without(
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

    private static List<String> distinct(List<String> names, List<String> present) {
        return names.stream().distinct().filter(name -> !present.contains(name)).toList();
    }

    private static <T> List<T> without(List<T> items, Function<? super T, String> key, List<String> keys) {
        Set<String> unwanted = new HashSet<>(keys);
        return items.stream()
                .filter(item -> !unwanted.contains(key.apply(item)))
                .toList();
    }
}
