package org.skep.control.local;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.skep.api.SkepException;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Mount;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachmentConfig;
import org.skep.protocol.PortConfig;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.placement.PublishedPorts;
import org.skep.store.View;

/** What a specification of a service must satisfy among the other objects of the swarm. */
final class ServiceInSwarm {

    private ServiceInSwarm() {}

    /**
     * The specification with its networks named by ID, and its image by a tag.
     *
     * @throws SkepException {@code NOT_FOUND}, {@code AMBIGUOUS}, {@code INVALID_NETWORK}
     */
    static ServiceSpec resolve(ServiceSpec spec, View view) {
        List<NetworkAttachmentConfig> named =
                spec.getTask().getNetworksCount() > 0 ? spec.getTask().getNetworksList() : spec.getNetworksList();
        ServiceSpec.Builder resolved = spec.toBuilder().clearNetworks();
        resolved.getTaskBuilder().clearNetworks();
        ContainerSpec.Builder container = resolved.getTaskBuilder().getContainerBuilder();
        container.setImage(ImageReference.tagged(container.getImage()));
        Set<String> seen = new HashSet<>();
        for (NetworkAttachmentConfig attachment : named) {
            Network network =
                    References.resolve("network", attachment.getTarget(), view.networks(), LocalNetworks::name);
            if (network.getSpec().getIngress()) {
                throw SkepException.user(
                        "INVALID_NETWORK",
                        "service cannot be attached to the ingress network " + LocalNetworks.name(network),
                        "publish a port instead");
            }
            if (!seen.add(network.getId())) {
                throw SkepException.user(
                        "INVALID_NETWORK", "network " + LocalNetworks.name(network) + " is given twice", "");
            }
            if (attachment.getDriverAttachmentOptsCount() > 0) {
                throw Refusals.notSupported("a driver option for one service's network", "");
            }
            resolved.getTaskBuilder().addNetworks(attachment.toBuilder().setTarget(network.getId()));
        }
        return resolved.build();
    }

    /** @param id of the service; empty for one that does not exist yet */
    static void check(String id, ServiceSpec spec, View view) {
        checkPorts(id, spec, view);
        checkVolumes(spec, view);
    }

    private static void checkPorts(String id, ServiceSpec spec, View view) {
        List<PortConfig> ports = spec.getEndpoint().getPortsList();
        PublishedPorts.conflict(id, ports, view.services().all()).ifPresent(conflict -> {
            Service owner = conflict.owner();
            throw SkepException.state(
                    "PORT_CONFLICT",
                    "port " + conflict.port() + " is already in use by service " + LocalServices.name(owner) + " ("
                            + owner.getId() + ") as "
                            + conflict.mode().name().toLowerCase(Locale.ROOT) + " port",
                    "");
        });
        Optional<PortConfig> ingress = ports.stream()
                .filter(port -> port.getPublishMode() == PortConfig.PublishMode.INGRESS)
                .findFirst();
        boolean mesh = view.networks().all().stream().anyMatch(n -> n.getSpec().getIngress());
        if (ingress.isPresent() && !mesh) {
            PortConfig port = ingress.get();
            String published = port.getPublishedPort() == 0 ? "" : "published=" + port.getPublishedPort() + ",";
            throw Refusals.notSupported(
                    "publishing port " + port.getTargetPort() + " in ingress mode",
                    "use --publish " + published + "target=" + port.getTargetPort() + ",mode=host");
        }
    }

    private static void checkVolumes(ServiceSpec spec, View view) {
        for (Mount mount : spec.getTask().getContainer().getMountsList()) {
            String asked = mount.getVolumeOptions().getDriverConfig().getName();
            if (mount.getType() != Mount.Type.VOLUME
                    || asked.isEmpty()
                    || mount.getSource().isEmpty()) {
                continue;
            }
            view.volumes().named(mount.getSource()).ifPresent(volume -> {
                String driver = volume.getSpec().getDriver().getName();
                if (!driver.equals(asked)) {
                    throw SkepException.user(
                            "INVALID_MOUNT",
                            "volume " + mount.getSource() + " has the driver " + driver + ", not " + Shown.of(asked),
                            "leave out volume-driver");
                }
            });
        }
    }
}
