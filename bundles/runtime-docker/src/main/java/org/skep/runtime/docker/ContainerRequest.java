package org.skep.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Driver;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.TmpfsOptions;
import com.github.dockerjava.api.model.VolumeOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.HealthCheck;
import org.skep.api.runtime.NetworkConnection;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskMount;

/** A task in the engine's words. */
final class ContainerRequest {

    /** The engine's own networks, on which containers have no names. */
    private static final Set<String> NAMELESS = Set.of("bridge", "host", "none");

    private final TaskDescription task;
    private final HostConfig host;

    /** @throws SkepException if the engine has no words for it */
    ContainerRequest(TaskDescription task) {
        this.task = task;
        if (task.container().image().isEmpty()) {
            throw SkepException.user("IMAGE_MISSING", "task " + task.name() + " has no image", "");
        }
        host = host();
    }

    /** Creates the container, on the first of its networks. */
    CreateContainerCmd create(DockerClient client) {
        ContainerConfig container = task.container();
        CreateContainerCmd command = client.createContainerCmd(container.image())
                .withName(task.name())
                .withLabels(labels())
                .withEnv(container.env())
                .withTty(container.tty())
                .withStdinOpen(container.openStdin())
                .withHostConfig(host);
        if (!container.command().isEmpty()) {
            command.withEntrypoint(container.command());
        }
        if (!container.args().isEmpty()) {
            command.withCmd(container.args());
        }
        if (!container.hostname().isEmpty()) {
            command.withHostName(container.hostname());
        }
        if (!container.workdir().isEmpty()) {
            command.withWorkingDir(container.workdir());
        }
        if (!container.user().isEmpty()) {
            command.withUser(container.user());
        }
        if (!container.stopSignal().isEmpty()) {
            command.withStopSignal(container.stopSignal());
        }
        container.healthCheck().ifPresent(check -> command.withHealthcheck(health(check)));
        if (!task.ports().isEmpty()) {
            command.withExposedPorts(
                    task.ports().stream().map(ContainerRequest::exposed).toList());
        }
        if (!task.networks().isEmpty()) {
            connect(command, task.networks().get(0));
        }
        return command;
    }

    /** The other networks: engines take one at creation. */
    Map<String, ContainerNetwork> moreNetworks() {
        Map<String, ContainerNetwork> more = new HashMap<>();
        task.networks().stream().skip(1).forEach(network -> {
            ContainerNetwork.Ipam addresses = new ContainerNetwork.Ipam();
            for (String address : network.addresses()) {
                if (address.contains(":")) {
                    addresses.withIpv6Address(bare(address));
                } else {
                    addresses.withIpv4Address(bare(address));
                }
            }
            more.put(
                    network.runtimeName(),
                    new ContainerNetwork()
                            .withAliases(network.aliases())
                            .withIpamConfig(network.addresses().isEmpty() ? null : addresses));
        });
        return more;
    }

    boolean needsStartInterval() {
        return task.container()
                .healthCheck()
                .filter(check -> !check.startInterval().isZero())
                .isPresent();
    }

    private void connect(CreateContainerCmd command, NetworkConnection network) {
        if (NAMELESS.contains(network.runtimeName())) {
            return;
        }
        command.withAliases(network.aliases());
        for (String address : network.addresses()) {
            if (address.contains(":")) {
                command.withIpv6Address(bare(address));
            } else {
                command.withIpv4Address(bare(address));
            }
        }
    }

    private HostConfig host() {
        ContainerConfig container = task.container();
        HostConfig config = HostConfig.newHostConfig()
                .withMounts(
                        container.mounts().stream().map(ContainerRequest::mount).toList())
                .withReadonlyRootfs(container.readOnly())
                .withCapAdd(capabilities(container.capabilityAdd()))
                .withCapDrop(capabilities(container.capabilityDrop()))
                .withGroupAdd(container.groups());
        container.init().ifPresent(config::withInit);
        // Reservations are the scheduler's promise; the engine's soft limit is another thing.
        if (task.limits().limitNanoCpus() > 0) {
            config.withNanoCPUs(task.limits().limitNanoCpus());
        }
        if (task.limits().limitMemoryBytes() > 0) {
            config.withMemory(task.limits().limitMemoryBytes());
        }
        if (!task.networks().isEmpty()) {
            config.withNetworkMode(task.networks().get(0).runtimeName());
        }
        if (!task.ports().isEmpty()) {
            Ports bindings = new Ports();
            task.ports().forEach(port -> bindings.bind(exposed(port), binding(port)));
            config.withPortBindings(bindings);
        }
        return config;
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(task.container().labels());
        labels.putAll(task.labels());
        labels.put(Labels.NODE, task.nodeId());
        labels.put(Labels.TASK, task.id());
        return labels;
    }

    private static Mount mount(TaskMount mount) {
        Mount result = new Mount().withTarget(mount.target()).withReadOnly(mount.readOnly());
        if (mount.type() == TaskMount.Type.TMPFS) {
            return result.withType(MountType.TMPFS)
                    .withTmpfsOptions(new TmpfsOptions()
                            .withSizeBytes(mount.tmpfsSizeBytes() == 0 ? null : mount.tmpfsSizeBytes())
                            .withMode(mount.tmpfsMode() == 0 ? null : mount.tmpfsMode()));
        }
        if (mount.populate()) {
            // An anonymous volume that is the directory: the engine fills it from the image if it is empty, and forgets
            // the volume, but not the directory, with the container.
            return result.withType(MountType.VOLUME)
                    .withVolumeOptions(new VolumeOptions()
                            .withNoCopy(false)
                            .withDriverConfig(new Driver()
                                    .withName("local")
                                    .withOptions(Map.of("type", "none", "o", "bind", "device", mount.source()))));
        }
        return result.withType(MountType.BIND)
                .withSource(mount.source())
                .withBindOptions(
                        new BindOptions().withPropagation(BindPropagation.valueOf(propagation(mount.propagation()))));
    }

    private static String propagation(TaskMount.Propagation propagation) {
        return switch (propagation) {
            case RPRIVATE -> "R_PRIVATE";
            case PRIVATE -> "PRIVATE";
            case RSHARED -> "R_SHARED";
            case SHARED -> "SHARED";
            case RSLAVE -> "R_SLAVE";
            case SLAVE -> "SLAVE";
        };
    }

    private static com.github.dockerjava.api.model.HealthCheck health(HealthCheck check) {
        return new com.github.dockerjava.api.model.HealthCheck()
                .withTest(check.test().isEmpty() ? null : check.test())
                .withInterval(nanos(check.interval()))
                .withTimeout(nanos(check.timeout()))
                .withRetries(check.retries() == 0 ? null : check.retries())
                .withStartPeriod(nanos(check.startPeriod()))
                .withStartInterval(nanos(check.startInterval()));
    }

    private static Long nanos(Duration duration) {
        return duration.isZero() ? null : duration.toNanos();
    }

    private static Capability[] capabilities(List<String> names) {
        List<Capability> capabilities = new ArrayList<>();
        for (String name : names) {
            String bare = name.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "");
            try {
                capabilities.add(Capability.valueOf(bare));
            } catch (IllegalArgumentException e) {
                throw SkepException.user(
                        "CAPABILITY_UNKNOWN",
                        "\"" + name + "\" is not a Linux capability",
                        "for instance NET_ADMIN, or ALL");
            }
        }
        return capabilities.toArray(Capability[]::new);
    }

    private static ExposedPort exposed(PublishedPort port) {
        return new ExposedPort(
                port.target(),
                switch (port.protocol()) {
                    case TCP -> InternetProtocol.TCP;
                    case UDP -> InternetProtocol.UDP;
                    case SCTP -> InternetProtocol.SCTP;
                });
    }

    private static Ports.Binding binding(PublishedPort port) {
        return port.published() == 0 ? Ports.Binding.empty() : Ports.Binding.bindPort(port.published());
    }

    private static String bare(String cidr) {
        return cidr.replaceFirst("/.*", "");
    }
}
