package org.skep.control.local;

import java.time.Duration;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.session.LogBroker;
import org.skep.protocol.session.ReachBroker;
import org.skep.store.Consensus;
import org.skep.store.Proposer;
import org.skep.store.Store;

/** What one manager answers with, on a store that a test gives it. */
public final class LocalControls {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ManagerStore access = new ManagerStore(PATIENCE);
    private final Proposer proposer = entry -> null;
    private final LocalServiceChanges changes = new LocalServiceChanges(access);
    private final LocalLogs logs = new LocalLogs(access, Duration.ZERO);
    private final LocalEvents events = new LocalEvents(access);
    private final LocalReach reach = new LocalReach(access, events);
    private final Drivers drivers = new Drivers();
    private final LocalControl control = new LocalControl(
            new LocalServices(access, new Strategies()),
            changes,
            new LocalTasks(access),
            new LocalNodes(access),
            new LocalNetworks(access, drivers),
            new LocalVolumes(access, drivers),
            new LocalConfigs(access),
            new LocalRegistries(access),
            new LocalImages(access),
            logs,
            reach,
            new LocalClusters(access, new Rebalancing(access)),
            events,
            access);

    public LocalControls(SwarmMembership membership, Store store, Consensus consensus) {
        access.bindMembership(membership);
        access.bindStore(store);
        access.bindConsensus(consensus);
        changes.bindStore(store);
        events.bindStore(store);
        events.bindConsensus(consensus);
    }

    public LocalControl control() {
        return control;
    }

    /** It can write from now on. */
    public void lead() {
        access.bindProposer(proposer);
    }

    /** It cannot write any more. */
    public void follow() {
        access.unbindProposer(proposer);
    }

    public void broker(ReachBroker broker) {
        reach.bindBroker(broker);
    }

    public void broker(LogBroker broker) {
        logs.bindBroker(broker);
    }
}
