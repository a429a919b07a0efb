package org.skep.node;

import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.SkepException;
import org.skep.api.node.Departure;
import org.skep.api.node.NodeConfig;
import org.skep.api.runtime.NodeRuntime;
import org.skep.control.Swarm;
import org.skep.pki.NodeKeys;
import org.skep.store.Consensus;
import org.skep.store.Proposer;
import org.skep.store.Store;

/** This node's life: it takes its roles when the daemon starts, and enters and leaves a swarm. */
@Component(immediate = true)
public final class LocalNode implements Swarm {

    private final AddressChoice addresses;
    private final Patience patience;
    private final ManagerServices services = new ManagerServices();
    private final RoleKeeper roles;
    private final Presence presence;
    private final Admittance admittance;
    private final Leaving leaving;
    private final StatusReport report;

    private volatile NodeRuntime runtime;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<Departure> departures = List.of();

    @Activate
    public LocalNode(BundleContext context, @Reference NodeConfig config, @Reference NodeKeys keys) {
        this(context, config, keys, Host.local(), Ports::probe, Patience.USUAL);
    }

    LocalNode(BundleContext context, NodeConfig config, NodeKeys keys, Host host, Ports ports, Patience patience) {
        this.patience = patience;
        NodeState state = new NodeState(new StateFiles(config.stateDir()));
        addresses = new AddressChoice(host);
        roles = new RoleKeeper(patience.retry(), services::wake);
        presence = new Presence(context, state, keys, addresses, services, roles, patience.look());
        admittance = new Admittance(presence, addresses, ports, services, roles, config.hostname(), patience);
        leaving = new Leaving(context, presence, services, roles, patience);
        report = new StatusReport(config, presence, roles, services);
        roles.follow(new RoleSteps(presence, addresses, ports));
        presence.resume();
    }

    @Deactivate
    void close() throws InterruptedException {
        services.close();
        roles.close();
        presence.close();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStore(Store service) {
        services.set(service);
    }

    void unbindStore(Store service) {
        services.unset(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConsensus(Consensus service) {
        services.set(service);
    }

    void unbindConsensus(Consensus service) {
        services.unset(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindProposer(Proposer service) {
        services.set(service);
        presence.followLeadership();
    }

    void unbindProposer(Proposer service) {
        services.unset(service);
        presence.followLeadership();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindRuntime(NodeRuntime service) {
        runtime = service;
    }

    void unbindRuntime(NodeRuntime service) {
        if (runtime == service) {
            runtime = null;
        }
    }

    @Override
    public String init(Creation creation) throws InterruptedException {
        return admittance.init(creation);
    }

    @Override
    public Joined join(Admission admission) throws InterruptedException {
        return admittance.join(admission);
    }

    @Override
    public String forceNewCluster(Addresses wanted) throws InterruptedException {
        String nodeId;
        // A change of role may wait for managers that are gone for good.
        roles.pause();
        try {
            presence.lifecycle().lockInterruptibly();
            try {
                nodeId = presence.forceNewCluster(wanted);
            } finally {
                presence.lifecycle().unlock();
            }
        } finally {
            roles.resume();
        }
        if (!services.await(
                presence::recovered, System.nanoTime() + patience.leader().toNanos())) {
            throw SkepException.state(
                    "NO_LEADER",
                    "this node could not become the only manager in time",
                    "it goes on trying; the log says more");
        }
        return nodeId;
    }

    @Override
    public void unlock(String key) throws InterruptedException {
        presence.unlock(key);
    }

    @Override
    public void leave(boolean force) throws InterruptedException {
        leaving.leave(force, new Leaving.Others(departures, runtime));
    }

    @Override
    public Status status() {
        return report.make(runtime);
    }
}
