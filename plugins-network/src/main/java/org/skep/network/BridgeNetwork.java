package org.skep.network;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateNetworkCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.Network.Ipam;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.skep.api.SkepException;
import org.skep.api.network.NetworkDescription;
import org.skep.api.network.NetworkDriver;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.RuntimeDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bridge of the node's Docker Engine: the containers on it find each other by name, and those on others not. Made
 * when a task first needs it, removed after the last.
 */
@Component(service = NetworkDriver.class, property = "skep.driver=bridge")
public final class BridgeNetwork implements NetworkDriver {

    private static final Logger LOG = LoggerFactory.getLogger(BridgeNetwork.class);

    /** The engine's own. */
    private static final String PREDEFINED = "bridge";

    private static final String NODE = "org.skep.node";
    private static final String NETWORK = "org.skep.network";
    private static final Pattern MESSAGE = Pattern.compile("\"message\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final DockerClient engine;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile SwarmMembership membership;

    @Activate
    public BridgeNetwork(@Reference DockerClient engine) {
        this.engine = engine;
    }

    BridgeNetwork(DockerClient engine, SwarmMembership membership) {
        this(engine);
        this.membership = membership;
    }

    @Override
    public void validate(NetworkDescription network) {
        if (!network.name().equals(PREDEFINED)) {
            BridgeSettings.check(network);
        }
    }

    @Override
    public String ensure(NetworkDescription network) throws InterruptedException {
        if (network.name().equals(PREDEFINED)) {
            return PREDEFINED;
        }
        try {
            if (mine(network).isEmpty()) {
                create(network);
            }
            return network.name();
        } catch (RuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw told(network, e);
        }
    }

    @Override
    public void release(NetworkDescription network) {
        if (network.name().equals(PREDEFINED)) {
            return;
        }
        boolean interrupted = false;
        try {
            while (!released(network)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** @return false if an interrupt came in between: nobody would release the network later */
    private boolean released(NetworkDescription network) {
        try {
            mine(network).ifPresent(found -> {
                if (!remove(found.getId())) {
                    LOG.info("Network {} stays on this node: something is still connected to it", network.name());
                }
            });
            return true;
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            throw told(network, e);
        }
    }

    private void create(NetworkDescription network) {
        try {
            command(network).exec();
        } catch (ConflictException taken) {
            // Made a moment ago, left over from a network of that name that was removed, or none of ours.
            Network found =
                    engine.inspectNetworkCmd().withNetworkId(network.name()).exec();
            if (isMine(found, network)) {
                return;
            }
            if (!node().equals(found.getLabels().get(NODE)) || !remove(found.getId())) {
                throw SkepException.state(
                        "NETWORK_NAME_TAKEN",
                        "the Docker Engine has a network named " + network.name() + " that is not this one",
                        "remove it from the engine, or name the network otherwise");
            }
            command(network).exec();
        }
        LOG.info("Made network {}", network.name());
    }

    private CreateNetworkCmd command(NetworkDescription network) {
        Map<String, String> labels = new HashMap<>(network.labels());
        labels.put(NODE, node());
        labels.put(NETWORK, network.id());
        CreateNetworkCmd command = engine.createNetworkCmd()
                .withName(network.name())
                .withCheckDuplicate(true)
                .withDriver("bridge")
                .withOptions(network.options())
                .withInternal(network.internal())
                .withEnableIpv6(network.ipv6())
                .withLabels(labels);
        if (!network.subnets().isEmpty()) {
            command.withIpam(new Ipam()
                    .withConfig(
                            network.subnets().stream().map(BridgeNetwork::pool).toList()));
        }
        return command;
    }

    private static Ipam.Config pool(NetworkDescription.Subnet subnet) {
        Ipam.Config pool = new Ipam.Config().withSubnet(subnet.cidr());
        if (!subnet.range().isEmpty()) {
            pool.withIpRange(subnet.range());
        }
        if (!subnet.gateway().isEmpty()) {
            pool.withGateway(subnet.gateway());
        }
        return pool;
    }

    private Optional<Network> mine(NetworkDescription network) {
        return engine
                .listNetworksCmd()
                .withFilter("label", List.of(NETWORK + "=" + network.id(), NODE + "=" + node()))
                .exec()
                .stream()
                .filter(found -> found.getName().equals(network.name()))
                .findFirst();
    }

    private boolean isMine(Network found, NetworkDescription network) {
        return network.id().equals(found.getLabels().get(NETWORK))
                && node().equals(found.getLabels().get(NODE));
    }

    /** @return false if it is in use */
    private boolean remove(String id) {
        try {
            engine.removeNetworkCmd(id).exec();
            return true;
        } catch (NotFoundException gone) {
            return true;
        } catch (DockerException used) {
            LOG.debug("Network {} is in use", id, used);
            return false;
        }
    }

    private String node() {
        SwarmMembership node = membership;
        if (node == null) {
            throw SkepException.state("NOT_IN_SWARM", "this node is not in a swarm", "");
        }
        return node.nodeId();
    }

    private static SkepException told(NetworkDescription network, RuntimeException failure) {
        if (failure instanceof SkepException skep) {
            return skep;
        }
        String what = "network " + network.name() + ": ";
        if (failure.getCause() instanceof IOException silence) {
            return SkepException.external(
                    RuntimeDriver.UNAVAILABLE,
                    what + "the Docker Engine does not answer: " + line(silence),
                    "",
                    failure);
        }
        return SkepException.external("NETWORK_REFUSED", what + line(failure), "", failure);
    }

    private static String line(Throwable failure) {
        String text = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        Matcher message = MESSAGE.matcher(text);
        String line = message.find() ? message.group(1).replaceAll("\\\\(.)", "$1") : text;
        return line.strip().replaceAll("\\s+", " ");
    }
}
