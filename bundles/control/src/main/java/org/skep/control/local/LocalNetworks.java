package org.skep.control.local;

import java.util.Comparator;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.network.NetworkDescription;
import org.skep.control.Networks;
import org.skep.protocol.IPAMConfig;
import org.skep.protocol.Ids;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskState;
import org.skep.store.Kind;
import org.skep.store.Transaction;

/** Networks, on this manager's store. */
@Component(service = LocalNetworks.class)
public final class LocalNetworks implements Networks {

    /** Set on the networks that every node has from the start, and on no other. */
    private static final String PREDEFINED = "com.docker.swarm.predefined";

    private static final String DEFAULT_DRIVER = "bridge";

    private final ManagerStore store;
    private final Drivers drivers;

    @Activate
    public LocalNetworks(@Reference ManagerStore store, @Reference Drivers drivers) {
        this.store = store;
        this.drivers = drivers;
    }

    static String name(Network network) {
        return network.getSpec().getAnnotations().getName();
    }

    @Override
    public List<Network> list() {
        return store.view().networks().all().stream()
                .sorted(Comparator.comparing(LocalNetworks::name))
                .toList();
    }

    @Override
    public Network get(String reference) {
        return References.resolve("network", reference, store.view().networks(), LocalNetworks::name);
    }

    @Override
    public Network create(NetworkSpec spec) {
        NetworkSpec complete = complete(spec);
        store.requireLead(); // Where that is wrong, it is what to say first.
        NetworkRules.check(complete);
        if (complete.getAnnotations().getLabelsMap().containsKey(PREDEFINED)) {
            throw SkepException.user("RESERVED_LABEL", "the label " + PREDEFINED + " is reserved", "leave it out");
        }
        Network network = Network.newBuilder()
                .setId(Ids.random())
                .setSpec(complete)
                .setDriverState(complete.getDriverConfig())
                .setIpam(complete.getIpam())
                .build();
        drivers.network(complete.getDriverConfig().getName()).validate(description(network));
        store.update(tx -> {
            if (tx.networks().named(name(network)).isPresent()) {
                throw Refusals.nameConflict("network", name(network));
            }
            checkOverlap(tx, network);
            tx.create(network);
            return null;
        });
        return store.known().networks().get(network.getId()).orElse(network);
    }

    @Override
    public void remove(String reference) {
        store.update(tx -> {
            Network network = References.resolve("network", reference, tx.networks(), LocalNetworks::name);
            if (network.getSpec().getAnnotations().getLabelsMap().containsKey(PREDEFINED)) {
                throw SkepException.state(
                        "PREDEFINED_NETWORK", "network " + name(network) + " is predefined and cannot be removed", "");
            }
            checkUnused(tx, network);
            tx.delete(Kind.NETWORK, network.getId());
            return null;
        });
    }

    private static NetworkSpec complete(NetworkSpec spec) {
        NetworkSpec.Builder complete = spec.toBuilder();
        if (spec.getDriverConfig().getName().isEmpty()) {
            complete.getDriverConfigBuilder().setName(DEFAULT_DRIVER);
        }
        return complete.build();
    }

    private static NetworkDescription description(Network network) {
        NetworkSpec spec = network.getSpec();
        return new NetworkDescription(
                network.getId(),
                name(network),
                spec.getDriverConfig().getOptionsMap(),
                spec.getAnnotations().getLabelsMap(),
                spec.getIpam().getConfigsList().stream()
                        .map(c -> new NetworkDescription.Subnet(c.getSubnet(), c.getRange(), c.getGateway()))
                        .toList(),
                spec.getInternal(),
                spec.getIpv6Enabled());
    }

    private static void checkOverlap(Transaction tx, Network wanted) {
        for (Network other : tx.networks().all()) {
            for (IPAMConfig theirs : other.getSpec().getIpam().getConfigsList()) {
                for (IPAMConfig ours : wanted.getSpec().getIpam().getConfigsList()) {
                    if (overlap(theirs.getSubnet(), ours.getSubnet())) {
                        throw SkepException.state(
                                "SUBNET_CONFLICT",
                                "subnet " + ours.getSubnet() + " overlaps with " + theirs.getSubnet() + " of network "
                                        + name(other),
                                "choose another subnet");
                    }
                }
            }
        }
    }

    private static boolean overlap(String one, String other) {
        return Cidr.parse(one).flatMap(a -> Cidr.parse(other).map(a::overlaps)).orElse(false);
    }

    private static void checkUnused(Transaction tx, Network network) {
        List<String> services = tx.services().all().stream()
                .filter(service -> attached(service, network))
                .map(LocalServices::name)
                .sorted()
                .toList();
        List<String> tasks = tx.tasks().all().stream()
                .filter(task -> attached(task, network))
                .map(TaskNames::full)
                .sorted()
                .toList();
        InUse.check("network", name(network), services, tasks);
    }

    private static boolean attached(Service service, Network network) {
        return service.getSpec().getTask().getNetworksList().stream()
                .anyMatch(attachment -> attachment.getTarget().equals(network.getId()));
    }

    private static boolean attached(Task task, Network network) {
        return task.getStatus().getState().getNumber() <= TaskState.RUNNING_VALUE
                && task.getNetworksList().stream()
                        .map(NetworkAttachment::getNetwork)
                        .anyMatch(attached -> attached.getId().equals(network.getId()));
    }
}
