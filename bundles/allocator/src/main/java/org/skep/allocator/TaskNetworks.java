package org.skep.allocator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.skep.protocol.Annotations;
import org.skep.protocol.Driver;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.NetworkAttachmentConfig;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.TaskSpec;
import org.skep.store.View;

/** Attaches tasks to the networks they name. Node-local networks need no addresses from here. */
final class TaskNetworks {

    private static final Set<String> PREDEFINED = Set.of("bridge", "host", "none");
    private static final String DEFAULT_DRIVER = "bridge";

    private TaskNetworks() {}

    static List<NetworkAttachment> attach(View view, TaskSpec spec) throws NotAllocatableException {
        List<NetworkAttachment> attachments = new ArrayList<>();
        for (NetworkAttachmentConfig config : spec.getNetworksList()) {
            Network network = find(view, config.getTarget())
                    .orElseThrow(() -> new NotAllocatableException("network " + config.getTarget() + " not found"));
            if (network.getPendingDelete()) {
                throw new NotAllocatableException(
                        "network " + network.getSpec().getAnnotations().getName() + " is being removed");
            }
            attachments.add(NetworkAttachment.newBuilder()
                    .setNetwork(allocated(network))
                    .addAllAliases(config.getAliasesList())
                    .addAllAddresses(config.getAddressesList())
                    .putAllDriverAttachmentOpts(config.getDriverAttachmentOptsMap())
                    .build());
        }
        return attachments;
    }

    /** The network with the state of its driver. */
    static Network allocated(Network network) {
        if (network.hasDriverState()) {
            return network;
        }
        Driver.Builder driver = network.getSpec().getDriverConfig().toBuilder();
        if (driver.getName().isEmpty()) {
            driver.setName(DEFAULT_DRIVER);
        }
        return network.toBuilder().setDriverState(driver).build();
    }

    private static Optional<Network> find(View view, String target) {
        return view.networks()
                .get(target)
                .or(() -> view.networks().named(target))
                .or(() -> PREDEFINED.contains(target) ? Optional.of(predefined(target)) : Optional.empty());
    }

    /** The networks that every engine has, swarm or not. */
    private static Network predefined(String name) {
        return Network.newBuilder()
                .setId(name)
                .setSpec(NetworkSpec.newBuilder()
                        .setAnnotations(
                                Annotations.newBuilder().setName(name).putLabels("com.docker.swarm.predefined", "true"))
                        .setDriverConfig(Driver.newBuilder().setName(name)))
                .setDriverState(Driver.newBuilder().setName(name))
                .build();
    }
}
