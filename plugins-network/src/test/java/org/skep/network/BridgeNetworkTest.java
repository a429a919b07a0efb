package org.skep.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.skep.api.SkepException;
import org.skep.api.network.NetworkDescription;
import org.skep.api.network.NetworkDescription.Subnet;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.NetworkConnection;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.runtime.docker.DockerRuntime;
import org.skep.runtime.docker.EngineClient;

@EnabledIf(
        value = "engineIsReady",
        disabledReason = "needs a Docker Engine (.ci/docker-engine) with images (.ci/images)")
class BridgeNetworkTest {

    private static final NodeConfig CONFIG = new NodeConfig(
            "test",
            Path.of("/nonexistent"),
            "test",
            new InetSocketAddress(0),
            NodeConfig.RuntimeChoice.DOCKER,
            Optional.empty(),
            Map.of(),
            NodeConfig.LogLevel.INFO);

    private static final SwarmMembership NODE =
            new SwarmMembership("node" + UUID.randomUUID().toString().substring(0, 8), "cluster");

    private static final DockerClient CLIENT = new EngineClient(CONFIG);
    private static final DockerRuntime RUNTIME = new DockerRuntime(CONFIG, CLIENT);

    private final List<TaskController> tasks = new ArrayList<>();
    private final List<NetworkDescription> networks = new ArrayList<>();
    private final BridgeNetwork driver = new BridgeNetwork(CLIENT, NODE);

    static boolean engineIsReady() {
        try {
            RUNTIME.info();
            CLIENT.inspectImageCmd("alpine:latest").exec();
            return true;
        } catch (SkepException | DockerException e) {
            return false;
        }
    }

    @AfterEach
    void cleanUp() {
        tasks.forEach(TaskController::remove);
        networks.forEach(driver::release);
    }

    @Test
    void letsTasksOfOneNetworkFindEachOtherByName() throws Exception {
        NetworkDescription b1 = network("b1");
        NetworkDescription b2 = network("b2");
        start("one", b1, "sleep 60");
        TaskController two = start("two", b1, "ping -c 1 -W 5 one");
        TaskController three = start("three", b2, "ping -c 1 -W 5 one");
        assertThat(exit(two)).isZero();
        assertThat(exit(three)).isNotZero();
    }

    @Test
    void makesANetworkOnceAndRemovesItWhenNobodyNeedsIt() throws Exception {
        NetworkDescription network = network("b");
        assertThat(driver.ensure(network)).isEqualTo(network.name());
        String id = inEngine(network).orElseThrow().getId();
        driver.ensure(network);
        assertThat(inEngine(network).orElseThrow().getId()).isEqualTo(id);

        TaskController task = start("user", network, "sleep 60");
        driver.release(network);
        assertThat(inEngine(network)).isPresent();
        task.remove();
        driver.release(network);
        assertThat(inEngine(network)).isEmpty();
        driver.release(network);
    }

    @Test
    void removesANetworkEvenWhenInterrupted() throws Exception {
        NetworkDescription network = network("b");
        driver.ensure(network);
        Thread.currentThread().interrupt();
        driver.release(network);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(inEngine(network)).isEmpty();
    }

    @Test
    void makesWhatIsAskedFor() throws Exception {
        NetworkDescription network = network(
                "b",
                Map.of("com.docker.network.driver.mtu", "1400"),
                List.of(new Subnet("10.213.7.0/24", "10.213.7.128/25", "10.213.7.9")),
                true);
        driver.validate(network);
        driver.ensure(network);
        Network made = inEngine(network).orElseThrow();
        assertThat(made.getInternal()).isTrue();
        assertThat(made.getOptions()).containsEntry("com.docker.network.driver.mtu", "1400");
        assertThat(made.getLabels())
                .containsEntry("org.skep.network", network.id())
                .containsEntry("org.skep.node", NODE.nodeId())
                .containsEntry("label", "kept");
        assertThat(made.getIpam().getConfig()).singleElement().satisfies(pool -> {
            assertThat(pool.getSubnet()).isEqualTo("10.213.7.0/24");
            assertThat(pool.getIpRange()).isEqualTo("10.213.7.128/25");
            assertThat(pool.getGateway()).isEqualTo("10.213.7.9");
        });
    }

    @Test
    void leavesForeignNetworksAlone() {
        NetworkDescription network = network("b");
        String foreign = CLIENT.createNetworkCmd()
                .withName(network.name())
                .withCheckDuplicate(true)
                .exec()
                .getId();
        try {
            assertThatThrownBy(() -> driver.ensure(network))
                    .isInstanceOf(SkepException.class)
                    .hasMessageContaining(network.name())
                    .hasMessageContaining("not this one");
            driver.release(network);
            assertThat(inEngine(network)).isPresent();
        } finally {
            CLIENT.removeNetworkCmd(foreign).exec();
        }
    }

    @Test
    void replacesWhatAnEarlierNetworkOfThatNameLeft() throws Exception {
        NetworkDescription earlier = network("b");
        driver.ensure(earlier);
        NetworkDescription later = new NetworkDescription(
                "later" + earlier.id(), earlier.name(), Map.of(), Map.of(), List.of(), false, false);
        networks.add(later);
        assertThat(driver.ensure(later)).isEqualTo(later.name());
        assertThat(inEngine(later).orElseThrow().getLabels()).containsEntry("org.skep.network", later.id());
    }

    @Test
    void tellsWhatTheEngineRefuses() throws Exception {
        NetworkDescription first = network("a", Map.of(), List.of(new Subnet("10.213.8.0/24", "", "")), false);
        NetworkDescription second = network("b", Map.of(), List.of(new Subnet("10.213.8.0/25", "", "")), false);
        driver.ensure(first);
        assertThatThrownBy(() -> driver.ensure(second))
                .isInstanceOf(SkepException.class)
                .hasMessageStartingWith("network " + second.name() + ": ")
                .hasMessageContaining("overlap")
                .hasMessageNotContaining("\n");
    }

    @Test
    void usesTheEnginesOwnBridge() throws Exception {
        NetworkDescription bridge = new NetworkDescription("id", "bridge", Map.of(), Map.of(), List.of(), false, false);
        assertThat(driver.ensure(bridge)).isEqualTo("bridge");
        driver.release(bridge);
        assertThat(inEngine(bridge)).isPresent();
        assertThat(exit(start("solo", bridge, "true"))).isZero();
    }

    private NetworkDescription network(String name) {
        return network(name, Map.of(), List.of(), false);
    }

    private NetworkDescription network(
            String name, Map<String, String> options, List<Subnet> subnets, boolean internal) {
        String id = UUID.randomUUID().toString().substring(0, 8);
        NetworkDescription network =
                new NetworkDescription(id, name + "-" + id, options, Map.of("label", "kept"), subnets, internal, false);
        networks.add(network);
        return network;
    }

    private TaskController start(String service, NetworkDescription network, String command) throws Exception {
        String id = UUID.randomUUID().toString().substring(0, 8);
        TaskController task = RUNTIME.controller(new TaskDescription(
                id,
                service + ".1." + id,
                service,
                service,
                NODE.nodeId(),
                ContainerConfig.of("alpine:latest")
                        .args(List.of("sh", "-c", command))
                        .build(),
                ResourceLimits.NONE,
                List.of(),
                List.of(new NetworkConnection(driver.ensure(network), List.of(service), List.of())),
                Map.of()));
        tasks.add(task);
        task.prepare();
        task.start();
        return task;
    }

    private static int exit(TaskController task) throws Exception {
        return task.exited().toCompletableFuture().get(30, TimeUnit.SECONDS).code();
    }

    private static Optional<Network> inEngine(NetworkDescription network) {
        return CLIENT.listNetworksCmd().withNameFilter(network.name()).exec().stream()
                .filter(found -> found.getName().equals(network.name()))
                .findFirst();
    }
}
