package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.skep.control.local.Manager.assertRefused;
import static org.skep.control.local.Manager.attached;
import static org.skep.control.local.Manager.network;
import static org.skep.control.local.Manager.spec;
import static org.skep.control.testing.Users.ANN;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;
import org.skep.api.network.NetworkDescription;
import org.skep.api.network.NetworkDriver;
import org.skep.api.volume.VolumeDescription;
import org.skep.api.volume.VolumeDriver;
import org.skep.protocol.Annotations;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.IPAMConfig;
import org.skep.protocol.Mount;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;

class LocalObjectsTest {

    private final Manager manager = Manager.leading();

    /** Accepts what has no option {@code bad}; everything else it must not be asked for. */
    private static final class PickyVolumes implements VolumeDriver {
        @Override
        public void validate(Map<String, String> options) {
            if (options.containsKey("bad")) {
                throw SkepException.user("INVALID_OPTION", "unknown option bad", "");
            }
        }

        @Override
        public Path mount(VolumeDescription volume, String taskId) {
            throw new AssertionError("control must not mount");
        }

        @Override
        public void unmount(VolumeDescription volume, String taskId) {
            throw new AssertionError("control must not unmount");
        }

        @Override
        public void remove(VolumeDescription volume) {
            throw new AssertionError("control must not remove");
        }
    }

    private static final class PickyNetworks implements NetworkDriver {
        @Override
        public void validate(NetworkDescription network) {
            if (network.options().containsKey("bad")) {
                throw SkepException.user("INVALID_OPTION", "unknown option bad", "");
            }
        }

        @Override
        public String ensure(NetworkDescription network) {
            throw new AssertionError("control must not make networks");
        }

        @Override
        public void release(NetworkDescription network) {
            throw new AssertionError("control must not release networks");
        }
    }

    @BeforeEach
    void drivers() {
        manager.drivers.bindVolume(new PickyVolumes(), Map.of("skep.driver", "local"));
        manager.drivers.bindNetwork(new PickyNetworks(), Map.of("skep.driver", "bridge"));
    }

    @Nested
    class Volumes {

        private final LocalVolumes volumes = new LocalVolumes(manager.access, manager.drivers);

        private VolumeSpec volume(String name, String driver, Map<String, String> options) {
            return VolumeSpec.newBuilder()
                    .setAnnotations(Annotations.newBuilder().setName(name))
                    .setDriver(Driver.newBuilder().setName(driver).putAllOptions(options))
                    .build();
        }

        @Test
        void createIsIdempotent() {
            Volume first = volumes.create(volume("data", "", Map.of("size", "1g")));

            assertThat(first.getSpec().getDriver().getName()).isEqualTo("local");
            assertThat(volumes.create(volume("data", "local", Map.of("size", "1g"))))
                    .isEqualTo(first);
            assertThat(volumes.list()).containsExactly(first);
            assertRefused("NAME_CONFLICT", "other options", () -> volumes.create(volume("data", "local", Map.of())));
        }

        @Test
        void anUnnamedVolumeGetsAName() {
            assertThat(LocalVolumes.name(volumes.create(VolumeSpec.getDefaultInstance())))
                    .matches("[0-9a-f]{64}");
        }

        @ParameterizedTest
        @ValueSource(strings = {"a", "a/b", "-ab", "a b", "a\0b", "é1"})
        void badNamesAreRefused(String name) {
            assertRefused("INVALID_NAME", "volume name", () -> volumes.create(volume(name, "", Map.of())));
        }

        @Test
        void theDriverChecksItsOptions() {
            assertRefused("INVALID_OPTION", "bad", () -> volumes.create(volume("data", "", Map.of("bad", "1"))));
        }

        @Test
        void anUnknownDriverIsNamedWithThoseThatAreThere() {
            assertRefused(
                    "NO_SUCH_DRIVER",
                    "no volume driver \"nfs\" on this node (there is local;",
                    () -> volumes.create(volume("data", "nfs", Map.of())));
        }

        @Test
        void whatIsInUseStays() {
            Volume data = volumes.create(volume("data", "", Map.of()));
            ServiceSpec.Builder web = spec("web").toBuilder();
            web.getTaskBuilder()
                    .getContainerBuilder()
                    .addMounts(Mount.newBuilder()
                            .setType(Mount.Type.VOLUME)
                            .setSource("data")
                            .setTarget("/data"));
            LocalServices services = new LocalServices(manager.access, new Strategies());
            services.create(web.build(), ANN);
            TaskSpec mounting = web.getTask();

            assertRefused("IN_USE", "service web", () -> volumes.remove("data"));
            services.remove("web");
            manager.givenTask(
                    Manager.task("t1", "s", "web", 1, TaskState.RUNNING).setSpec(mounting));
            assertRefused("IN_USE", "task web.1.t1", () -> volumes.remove(data.getId()));
            manager.store.write(tx -> tx.update(tx.tasks().get("t1").orElseThrow().toBuilder()
                    .setStatus(Manager.task("t1", "s", "web", 1, TaskState.SHUTDOWN)
                            .getStatus())
                    .build()));
            volumes.remove("data");
            assertThat(volumes.list()).isEmpty();
            assertRefused("NOT_FOUND", "no such volume: data", () -> volumes.remove("data"));
        }
    }

    @Nested
    class Networks {

        private final LocalNetworks networks = new LocalNetworks(manager.access, manager.drivers);

        private NetworkSpec with(Consumer<NetworkSpec.Builder> change) {
            NetworkSpec.Builder spec = network("front").toBuilder();
            change.accept(spec);
            return spec.build();
        }

        private NetworkSpec subnet(String subnet, String range, String gateway) {
            return with(spec -> spec.getIpamBuilder()
                    .addConfigs(IPAMConfig.newBuilder()
                            .setSubnet(subnet)
                            .setRange(range)
                            .setGateway(gateway)));
        }

        @Test
        void createTakesTheDefaultDriver() {
            Network created = networks.create(with(NetworkSpec.Builder::clearDriverConfig));

            assertThat(created.getSpec().getDriverConfig().getName()).isEqualTo("bridge");
            assertThat(networks.get("front")).isEqualTo(created);
            assertRefused(
                    "NAME_CONFLICT", "name conflicts with an existing object", () -> networks.create(with(spec -> {})));
        }

        @ParameterizedTest
        @ValueSource(strings = {"10.1.0.0", "10.1.0.0/33", "10.1.0.5/24", "host/24", "", "10.1.0.0/x", "300.1.0.0/24"})
        void badSubnetsAreRefused(String subnet) {
            assertRefused("INVALID_NETWORK", "subnet", () -> networks.create(subnet(subnet, "", "")));
        }

        @Test
        void rangeAndGatewayLieInTheSubnet() {
            assertRefused("INVALID_NETWORK", "range", () -> networks.create(subnet("10.1.0.0/24", "10.2.0.0/25", "")));
            assertRefused("INVALID_NETWORK", "gateway", () -> networks.create(subnet("10.1.0.0/24", "", "10.2.0.1")));
            assertRefused(
                    "INVALID_NETWORK", "gateway", () -> networks.create(subnet("10.1.0.0/24", "", "gate.example")));
            networks.create(subnet("10.1.0.0/24", "10.1.0.128/25", "10.1.0.1"));
        }

        @Test
        void subnetsOfNetworksDoNotOverlap() {
            networks.create(subnet("10.1.0.0/16", "", ""));
            NetworkSpec other = subnet("10.1.2.0/24", "", "").toBuilder()
                    .setAnnotations(Annotations.newBuilder().setName("back"))
                    .build();

            assertRefused("SUBNET_CONFLICT", "front", () -> networks.create(other));
        }

        @Test
        void sixIsAFamilyToo() {
            assertThat(networks.create(subnet("fd00:1::/64", "", "fd00:1::1")).getId())
                    .isNotEmpty();
            assertRefused("INVALID_NETWORK", "it should be", () -> networks.create(subnet("fd00:1::1/64", "", "")));
        }

        @Test
        void whatIsReservedOrUnknownIsRefused() {
            assertRefused(
                    "RESERVED_LABEL",
                    "com.docker.swarm.predefined",
                    () -> networks.create(with(
                            spec -> spec.getAnnotationsBuilder().putLabels("com.docker.swarm.predefined", "true"))));
            assertRefused(
                    "NO_SUCH_DRIVER",
                    "overlay",
                    () -> networks.create(
                            with(spec -> spec.getDriverConfigBuilder().setName("overlay"))));
            assertRefused("NOT_SUPPORTED", "ingress", () -> networks.create(with(spec -> spec.setIngress(true))));
            assertRefused(
                    "INVALID_NETWORK",
                    "attachable",
                    () -> networks.create(with(spec -> spec.setIngress(true).setAttachable(true))));
            assertRefused(
                    "INVALID_OPTION",
                    "bad",
                    () -> networks.create(
                            with(spec -> spec.getDriverConfigBuilder().putOptions("bad", "1"))));
            assertRefused("INVALID_NAME", "n/t", () -> networks.create(network("n/t")));
        }

        @Test
        void predefinedNetworksStay() {
            manager.givenNetwork("net1", with(spec -> spec.getAnnotationsBuilder()
                    .putLabels("com.docker.swarm.predefined", "true")));

            assertRefused("PREDEFINED_NETWORK", "front", () -> networks.remove("front"));
        }

        @Test
        void whatIsInUseStays() {
            Network front = networks.create(with(spec -> {}));
            LocalServices services = new LocalServices(manager.access, new Strategies());
            services.create(attached("web", "front"), ANN);

            assertRefused("IN_USE", "service web", () -> networks.remove("front"));
            services.remove("web");
            manager.givenTask(Manager.task("t1", "s", "web", 1, TaskState.RUNNING)
                    .addNetworks(NetworkAttachment.newBuilder().setNetwork(front)));
            assertRefused("IN_USE", "task web.1.t1", () -> networks.remove("front"));
            manager.store.write(tx -> tx.delete(org.skep.store.Kind.TASK, "t1"));
            networks.remove("front");
            assertThat(networks.list()).isEmpty();
        }
    }

    @Nested
    class Configs {

        private final LocalConfigs configs = new LocalConfigs(manager.access);

        private ConfigSpec config(String name, int size) {
            return ConfigSpec.newBuilder()
                    .setAnnotations(Annotations.newBuilder().setName(name))
                    .setData(ByteString.copyFrom(new byte[size]))
                    .build();
        }

        @Test
        void createGetAndRemove() {
            Config created = configs.create(config("app.conf", 1_023_999));

            assertThat(configs.get("app.conf")).isEqualTo(created);
            assertRefused("NAME_CONFLICT", "already exists", () -> configs.create(config("APP.conf", 1)));
            configs.remove("app.conf");
            assertRefused("NOT_FOUND", "no such config: app.conf", () -> configs.get("app.conf"));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1_024_000})
        void sizesAreLimited(int size) {
            assertRefused("INVALID_CONFIG", "from 1 to 1023999 bytes", () -> configs.create(config("a", size)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", ".a", "a.", "a/b", "a b", "-a"})
        void badNamesAreRefused(String name) {
            assertRefused("INVALID_NAME", "config", () -> configs.create(config(name, 1)));
        }
    }

    @Nested
    class Nodes {

        private final LocalNodes nodes = new LocalNodes(manager.access);

        @Test
        void twoOfOneNameAreToldApartByTheirIds() {
            manager.givenNode("aa1", "twin");
            manager.givenNode("ab2", "twin");

            assertThatThrownBy(() -> nodes.get("twin")).isInstanceOfSatisfying(SkepException.class, e -> assertThat(
                            e.line())
                    .isEqualTo("node twin is ambiguous (2 matches found) (use the ID, which \"node ls\" shows)"));
        }

        private final Node self = manager.givenNode(Manager.NODE_ID, "alpha");

        private long version() {
            return nodes.get("self").getMeta().getVersion().getIndex();
        }

        @Test
        void referencesResolve() {
            assertThat(nodes.get("self")).isEqualTo(self);
            assertThat(nodes.get("alpha")).isEqualTo(self);
            assertThat(nodes.get("nnn")).isEqualTo(self);
            assertRefused("NOT_FOUND", "no such node: beta", () -> nodes.get("beta"));
            manager.givenNode("m".repeat(25), "alpha");
            assertRefused("AMBIGUOUS", "2 matches", () -> nodes.get("alpha"));
            assertThat(nodes.list()).hasSize(2);
        }

        @Test
        void availabilityAndLabelsChange() {
            NodeSpec.Builder spec = self.getSpec().toBuilder().setAvailability(NodeSpec.Availability.DRAIN);
            spec.getAnnotationsBuilder().putLabels("zone", "east");

            Node changed = nodes.update(self.getId(), version(), spec.build());

            assertThat(changed.getSpec()).isEqualTo(spec.build());
            assertThat(changed.getDescription()).isEqualTo(self.getDescription());
        }

        static Stream<Arguments> refused() {
            Consumer<NodeSpec.Builder> label =
                    spec -> spec.getAnnotationsBuilder().putLabels("", "x");
            Consumer<NodeSpec.Builder> availability = spec -> spec.setAvailabilityValue(9);
            Consumer<NodeSpec.Builder> role = spec -> spec.setDesiredRoleValue(9);
            Consumer<NodeSpec.Builder> membership = NodeSpec.Builder::clearMembership;
            Consumer<NodeSpec.Builder> last = spec -> spec.setDesiredRole(NodeRole.NODE_ROLE_WORKER);
            return Stream.of(
                    arguments("INVALID_LABEL", label),
                    arguments("INVALID_AVAILABILITY", availability),
                    arguments("INVALID_ROLE", role),
                    arguments("INVALID_ARGUMENT", membership),
                    arguments("LAST_MANAGER", last));
        }

        @ParameterizedTest
        @MethodSource("refused")
        void wrongSpecsAreRefused(String code, Consumer<NodeSpec.Builder> change) {
            NodeSpec.Builder spec = self.getSpec().toBuilder();
            change.accept(spec);

            assertRefused(code, "", () -> nodes.update(self.getId(), version(), spec.build()));
        }

        @Test
        void staleUpdatesAreRefused() {
            assertRefused(
                    "OUT_OF_SEQUENCE",
                    "update out of sequence",
                    () -> nodes.update(self.getId(), version() + 1, self.getSpec()));
        }
    }

    @Nested
    class Tasks {

        private final LocalTasks tasks = new LocalTasks(manager.access);

        @Test
        void referencesResolve() {
            String service = new LocalServices(manager.access, new Strategies())
                    .create(spec("web"), ANN)
                    .getId();
            manager.givenTask(Manager.task("abc1", service, "web", 1, TaskState.FAILED));
            manager.givenTask(Manager.task("abd1", service, "web", 1, TaskState.RUNNING));
            manager.givenTask(
                    Manager.task("xyz1", service, "web", 2, TaskState.RUNNING).setNodeId(Manager.NODE_ID));

            assertThat(tasks.get("abc1").getId()).isEqualTo("abc1");
            assertThat(tasks.get("web.1.abc1").getId()).isEqualTo("abc1");
            assertThat(tasks.get("web.1").getId()).isEqualTo("abd1");
            assertThat(tasks.get("x").getId()).isEqualTo("xyz1");
            assertRefused("AMBIGUOUS", "2 matches", () -> tasks.get("ab"));
            assertRefused("NOT_FOUND", "no such task: web.3", () -> tasks.get("web.3"));
            assertRefused("NOT_FOUND", "web.2.abc1", () -> tasks.get("web.2.abc1"));
            assertRefused("INVALID_ARGUMENT", "empty", () -> tasks.get(" "));
            assertThat(tasks.ofService(service)).hasSize(3);
            assertThat(tasks.onNode(Manager.NODE_ID)).hasSize(1);
            assertThat(tasks.list().get(0).getId()).isEqualTo("xyz1");
        }
    }
}
