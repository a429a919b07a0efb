package org.skep.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.HealthCheck;
import org.skep.api.runtime.NetworkConnection;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.TaskDescription;
import org.skep.runtime.docker.Engine.Requirement;

/** A task in the engine's words. */
final class ContainerRequest {

    /** The engine's own networks, on which containers have no names. */
    private static final Set<String> NAMELESS = Set.of("bridge", "host", "none");

    /** Engine 25.0. */
    private static final String START_INTERVAL_API = "1.44";

    private final TaskDescription task;
    private final HostConfig host;

    /** @throws SkepException if the engine has no words for it */
    ContainerRequest(TaskDescription task) {
        this.task = task;
        if (task.container().image().isEmpty()) {
            throw SkepException.user("IMAGE_MISSING", "task " + task.name() + " has no image", "");
        }
        host = new HostRequest(task).build();
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

    /** What older engines would ignore in silence. */
    List<Requirement> requirements() {
        List<Requirement> all = new ArrayList<>();
        if (task.container()
                .healthCheck()
                .filter(check -> !check.startInterval().isZero())
                .isPresent()) {
            all.add(new Requirement(START_INTERVAL_API, "--health-start-interval"));
        }
        task.container().mounts().forEach(mount -> all.addAll(new MountRequest(mount).requirements()));
        return all;
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

    private Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(task.container().labels());
        labels.putAll(task.labels());
        labels.put(Labels.NODE, task.nodeId());
        labels.put(Labels.TASK, task.id());
        return labels;
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

    static ExposedPort exposed(PublishedPort port) {
        return new ExposedPort(
                port.target(),
                switch (port.protocol()) {
                    case TCP -> InternetProtocol.TCP;
                    case UDP -> InternetProtocol.UDP;
                    case SCTP -> InternetProtocol.SCTP;
                });
    }

    static Ports.Binding binding(PublishedPort port) {
        return port.published() == 0 ? Ports.Binding.empty() : Ports.Binding.bindPort(port.published());
    }

    private static String bare(String cidr) {
        return cidr.replaceFirst("/.*", "");
    }
}
