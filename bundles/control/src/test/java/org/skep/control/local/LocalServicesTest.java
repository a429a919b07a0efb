package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;
import static org.skep.control.local.Manager.attached;
import static org.skep.control.local.Manager.network;
import static org.skep.control.local.Manager.port;
import static org.skep.control.local.Manager.spec;
import static org.skep.control.testing.Users.ANN;

import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.scheduling.PlacementStrategy;
import org.skep.protocol.Driver;
import org.skep.protocol.GlobalService;
import org.skep.protocol.Mount;
import org.skep.protocol.NetworkAttachmentConfig;
import org.skep.protocol.PortConfig.PublishMode;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.UpdateStatus;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;

class LocalServicesTest {

    private final Manager manager = Manager.leading();
    private final Strategies strategies = new Strategies();
    private final LocalServices services = new LocalServices(manager.access, strategies);

    private long version(Service service) {
        return service.getMeta().getVersion().getIndex();
    }

    private ServiceSpec scaled(ServiceSpec spec, long replicas) {
        ServiceSpec.Builder changed = spec.toBuilder();
        changed.getReplicatedBuilder().setReplicas(replicas);
        return changed.build();
    }

    private ServiceSpec withName(ServiceSpec spec, String name) {
        ServiceSpec.Builder changed = spec.toBuilder();
        changed.getAnnotationsBuilder().setName(name);
        return changed.build();
    }

    private ServiceSpec withImage(ServiceSpec spec, String image) {
        ServiceSpec.Builder changed = spec.toBuilder();
        changed.getTaskBuilder().getContainerBuilder().setImage(image);
        return changed.build();
    }

    private ServiceSpec publishing(String name, int port, PublishMode mode) {
        ServiceSpec.Builder spec = spec(name).toBuilder();
        spec.getEndpointBuilder().addPorts(port(port, mode));
        return spec.build();
    }

    @Test
    void createReturnsWhatWasStored() {
        Service service = services.create(spec("web"), ANN);

        assertThat(service.getId()).matches("[0-9a-z]{25}");
        assertThat(version(service)).isPositive();
        assertThat(service.getMeta().hasCreatedAt()).isTrue();
        assertThat(service.hasSpecVersion()).isTrue();
        assertThat(service.hasPreviousSpec()).isFalse();
        assertThat(services.get("web")).isEqualTo(service);
        assertThat(services.list()).containsExactly(service);
    }

    @Test
    void anUnnamedServiceGetsAName() {
        ServiceSpec unnamed = spec("x").toBuilder().clearAnnotations().build();

        assertThat(LocalServices.name(services.create(unnamed, ANN))).matches("[a-z]+_[a-z]+");
    }

    @Test
    void namesConflictWhateverTheirCase() {
        services.create(spec("web"), ANN);

        assertRefused(
                "NAME_CONFLICT", "name conflicts with an existing object", () -> services.create(spec("WEB"), ANN));
    }

    @Test
    void updateKeepsThePreviousSpecAndResetsTheUpdate() {
        Service created = services.create(spec("web"), ANN);
        manager.store.write(tx -> tx.update(tx.services().get(created.getId()).orElseThrow().toBuilder()
                .setUpdateStatus(UpdateStatus.getDefaultInstance())
                .build()));
        Service before = services.get("web");

        Service after = services.update(before.getId(), version(before), withImage(before.getSpec(), "nginx:2"), ANN);

        assertThat(after.getPreviousSpec()).isEqualTo(before.getSpec());
        assertThat(after.getPreviousSpecVersion()).isEqualTo(before.getSpecVersion());
        assertThat(after.getSpecVersion()).isEqualTo(before.getMeta().getVersion());
        assertThat(after.hasUpdateStatus()).isFalse();
        assertThat(version(after)).isGreaterThan(version(before));
    }

    @Test
    void scalingLeavesTheVersionOfTheTasksAlone() {
        Service before = services.create(spec("web"), ANN);

        Service after = services.update(before.getId(), version(before), scaled(before.getSpec(), 5), ANN);

        assertThat(after.getSpecVersion()).isEqualTo(before.getSpecVersion());
        assertThat(after.getSpec().getReplicated().getReplicas()).isEqualTo(5);
    }

    @Test
    void aStaleUpdateIsRefused() {
        Service before = services.create(spec("web"), ANN);
        services.update(before.getId(), version(before), scaled(before.getSpec(), 5), ANN);

        assertRefused(
                "OUT_OF_SEQUENCE",
                "update out of sequence",
                () -> services.update(before.getId(), version(before), scaled(before.getSpec(), 6), ANN));
        assertRefused(
                "OUT_OF_SEQUENCE",
                "update out of sequence",
                () -> services.rollback(before.getId(), 0, OptionalLong.empty(), ANN));
    }

    @Test
    void modeAndNameStay() {
        Service web = services.create(spec("web"), ANN);

        assertRefused(
                "MODE_CHANGE",
                "mode",
                () -> services.update(
                        web.getId(),
                        version(web),
                        spec("web").toBuilder()
                                .setGlobal(GlobalService.getDefaultInstance())
                                .build(),
                        ANN));
        assertRefused("NOT_SUPPORTED", "renaming", () -> services.update(web.getId(), version(web), spec("web2"), ANN));
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, nginx:latest",
        "nginx:1, nginx:1",
        "host.example.test:5000/nginx, host.example.test:5000/nginx:latest",
        "nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef,"
                + " nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    })
    void anImageHasATagOrADigest(String asked, String stored) {
        Service web = services.create(withImage(spec("web"), asked), ANN);
        assertThat(web.getSpec().getTask().getContainer().getImage()).isEqualTo(stored);
    }

    @Test
    void theStrategyIsOneThatThereIs() {
        strategies.bind(node -> 0, Map.of(PlacementStrategy.PROPERTY, "spread"));
        PlacementStrategy binpack = node -> 1;
        strategies.bind(binpack, Map.of(PlacementStrategy.PROPERTY, "binpack"));
        ServiceSpec.Builder spec = spec("web").toBuilder();
        spec.getTaskBuilder().getPlacementBuilder().setStrategy("binpack");
        Service web = services.create(spec.build(), ANN);

        strategies.unbind(binpack);

        assertRefused(
                "INVALID_PLACEMENT",
                "no placement strategy \"binpack\" (one of spread)",
                () -> services.create(withName(spec.build(), "web2"), ANN));
        Service scaled = services.update(web.getId(), version(web), scaled(web.getSpec(), 5), ANN);
        assertThat(scaled.getSpec().getTask().getPlacement().getStrategy()).isEqualTo("binpack");
    }

    @Test
    void rollbackSwapsTheSpecs() {
        Service first = services.create(spec("web"), ANN);
        Service second = services.update(first.getId(), version(first), withImage(first.getSpec(), "nginx:2"), ANN);

        Service back = services.rollback(second.getId(), version(second), OptionalLong.empty(), ANN);

        assertThat(back.getSpec()).isEqualTo(first.getSpec());
        assertThat(back.getSpecVersion()).isNotIn(first.getSpecVersion(), second.getSpecVersion());
        assertThat(back.getPreviousSpec()).isEqualTo(second.getSpec());
        assertThat(back.getUpdateStatus().getState()).isEqualTo(UpdateStatus.UpdateState.ROLLBACK_STARTED);
    }

    @Test
    void rollbackNeedsAPreviousSpec() {
        Service web = services.create(spec("web"), ANN);

        assertRefused(
                "NO_PREVIOUS_SPEC",
                "web",
                () -> services.rollback(web.getId(), version(web), OptionalLong.empty(), ANN));
    }

    @Test
    void networksAreResolvedToIds() {
        manager.givenNetwork("net1", network("front"));

        assertThat(services.create(attached("a", "front"), ANN)
                        .getSpec()
                        .getTask()
                        .getNetworks(0)
                        .getTarget())
                .isEqualTo("net1");
        assertThat(services.create(attached("b", "ne"), ANN)
                        .getSpec()
                        .getTask()
                        .getNetworks(0)
                        .getTarget())
                .isEqualTo("net1");
        ServiceSpec old = spec("c").toBuilder()
                .addNetworks(NetworkAttachmentConfig.newBuilder().setTarget("front"))
                .build();
        assertThat(services.create(old, ANN).getSpec().getTask().getNetworks(0).getTarget())
                .isEqualTo("net1");
    }

    @Test
    void wrongNetworksAreRefused() {
        manager.givenNetwork("net1", network("front"));
        manager.givenNetwork(
                "net2", network("ingress").toBuilder().setIngress(true).build());
        ServiceSpec.Builder twice = attached("web", "front").toBuilder();
        twice.getTaskBuilder().addNetworks(NetworkAttachmentConfig.newBuilder().setTarget("net1"));

        assertRefused("NOT_FOUND", "no such network: back", () -> services.create(attached("web", "back"), ANN));
        assertRefused("AMBIGUOUS", "2 matches", () -> services.create(attached("web", "net"), ANN));
        assertRefused("INVALID_NETWORK", "ingress", () -> services.create(attached("web", "ingress"), ANN));
        assertRefused("INVALID_NETWORK", "twice", () -> services.create(twice.build(), ANN));
        assertThat(services.list()).isEmpty();
    }

    @Test
    void ingressPortsNeedAnIngressNetwork() {
        ServiceSpec web = publishing("web", 8080, PublishMode.INGRESS);

        assertRefused("NOT_SUPPORTED", "published=8080,target=80,mode=host", () -> services.create(web, ANN));
        manager.givenNetwork(
                "net2", network("ingress").toBuilder().setIngress(true).build());
        services.create(web, ANN);
    }

    @Test
    void portsOfTwoServicesConflictUnlessBothAreHostPorts() {
        manager.givenNetwork(
                "net2", network("ingress").toBuilder().setIngress(true).build());
        Service host = services.create(publishing("host", 80, PublishMode.HOST), ANN);
        services.create(publishing("host2", 80, PublishMode.HOST), ANN);
        services.create(publishing("mesh", 81, PublishMode.INGRESS), ANN);

        assertRefused(
                "PORT_CONFLICT",
                "in use by service",
                () -> services.create(publishing("c", 80, PublishMode.INGRESS), ANN));
        assertRefused("PORT_CONFLICT", "mesh", () -> services.create(publishing("c", 81, PublishMode.HOST), ANN));
        assertRefused(
                "PORT_CONFLICT",
                "as ingress port",
                () -> services.update(host.getId(), version(host), publishing("host", 81, PublishMode.INGRESS), ANN));
        services.update(host.getId(), version(host), host.getSpec(), ANN);
    }

    @Test
    void aMountMakesTheVolumeThatIsNotThereYet() {
        ServiceSpec.Builder spec = spec("web").toBuilder();
        spec.getTaskBuilder()
                .getContainerBuilder()
                .addMounts(Mount.newBuilder()
                        .setType(Mount.Type.VOLUME)
                        .setSource("data")
                        .setTarget("/data"))
                .addMounts(Mount.newBuilder().setType(Mount.Type.VOLUME).setTarget("/anonymous"));
        services.create(spec.build(), ANN);

        assertThat(manager.store.view().volumes().all()).singleElement().satisfies(volume -> {
            assertThat(LocalVolumes.name(volume)).isEqualTo("data");
            assertThat(volume.getSpec().getDriver().getName()).isEqualTo("local");
        });
    }

    @Test
    void aMountCannotNameAnotherDriverThanItsVolume() {
        manager.store.write(tx -> tx.create(Volume.newBuilder()
                .setId("v")
                .setSpec(VolumeSpec.newBuilder()
                        .setAnnotations(
                                org.skep.protocol.Annotations.newBuilder().setName("data"))
                        .setDriver(Driver.newBuilder().setName("nfs")))
                .build()));
        ServiceSpec.Builder web = spec("web").toBuilder();
        web.getTaskBuilder()
                .getContainerBuilder()
                .addMounts(Mount.newBuilder()
                        .setType(Mount.Type.VOLUME)
                        .setSource("data")
                        .setTarget("/data")
                        .setVolumeOptions(Mount.VolumeOptions.newBuilder()
                                .setDriverConfig(Driver.newBuilder().setName("local"))));

        assertRefused("INVALID_MOUNT", "nfs", () -> services.create(web.build(), ANN));
    }

    @Test
    void removeTakesNameIdOrPrefix() {
        Service web = services.create(spec("web"), ANN);

        services.remove(web.getId().substring(0, 10));

        assertThat(services.list()).isEmpty();
        assertRefused("NOT_FOUND", "no such service: web", () -> services.remove("web"));
        assertRefused("NOT_FOUND", "web", () -> services.get("web"));
        assertRefused("NOT_FOUND", web.getId(), () -> services.update(web.getId(), 1, spec("web"), ANN));
    }

    @Test
    void anIdWinsOverANameAndANameOverAPrefix() {
        manager.store.write(tx -> {
            tx.create(Service.newBuilder().setId("abc").setSpec(spec("one")).build());
            tx.create(Service.newBuilder().setId("abd").setSpec(spec("ab")).build());
            tx.create(Service.newBuilder().setId("xyz").setSpec(spec("abc")).build());
        });

        assertThat(services.get("abc").getId()).isEqualTo("abc");
        assertThat(services.get("ab").getId()).isEqualTo("abd");
        assertThat(services.get("x").getId()).isEqualTo("xyz");
        assertRefused("AMBIGUOUS", "2 matches found", () -> services.get("a"));
        assertRefused("NOT_FOUND", "ONE", () -> services.get("ONE"));
        assertRefused("INVALID_ARGUMENT", "empty", () -> services.get(""));
    }

    @Test
    void nothingIsWrittenWhereNothingIsValid() {
        long entries = manager.store.entries();

        assertRefused("INVALID_IMAGE", "image", () -> services.create(withImage(spec("web"), ""), ANN));

        assertThat(manager.store.entries()).isEqualTo(entries);
    }
}
