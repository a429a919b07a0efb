package org.skep.raft.internal;

import java.security.cert.CertificateException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jgroups.JChannel;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.skep.api.node.Daemon;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeIdentity;
import org.skep.api.node.StateCipher;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.NodeRole;
import org.skep.raft.net.Peers;
import org.skep.raft.net.Stack;
import org.skep.store.Consensus;
import org.skep.store.Proposer;
import org.skep.store.StateMachine;
import org.skep.store.Store;
import org.skep.store.View;

/**
 * Takes part in consensus while this node is a manager: {@link Consensus} is there all the time, and a {@link Proposer}
 * while it leads.
 */
@Component
@SatisfyingConditionTarget("(osgi.condition.id=skep.manager)")
public final class RaftComponent {

    private static final long SNAPSHOT_ENTRIES = 10_000;

    private final Registered registered;
    private final RaftMember member;
    private final ServiceRegistration<Consensus> consensus;

    @Activate
    public RaftComponent(
            BundleContext bundles,
            @Reference NodeConfig config,
            @Reference SwarmMembership membership,
            @Reference NodeAddresses addresses,
            @Reference KnownManagers managers,
            @Reference NodeCredentials credentials,
            @Reference StateCipher cipher,
            @Reference ManagerStart start,
            @Reference Store store,
            @Reference StateMachine state,
            @Reference Daemon daemon) {
        registered = new Registered(bundles);
        Peers peers = new Peers(membership.nodeId(), () -> endpoints(managers));
        member = new RaftMember(
                config.stateDir().resolve("raft"),
                () -> snapshotEntries(store.view()),
                membership,
                start,
                new RaftMember.Network() {
                    @Override
                    public boolean welcome(String nodeId) {
                        return !isRemoved(nodeId, store.view()) && !isWorker(nodeId, store.view());
                    }

                    @Override
                    public Peers peers() {
                        return peers;
                    }

                    @Override
                    public JChannel channel(ManagerRaft raft) throws Exception {
                        return Stack.create(addresses, credentials, peer -> check(peer, store.view()), peers, raft);
                    }
                },
                cipher,
                state,
                registered,
                daemon);
        consensus = bundles.registerService(Consensus.class, member, null);
    }

    private static Map<Endpoint, String> endpoints(KnownManagers managers) {
        Map<Endpoint, String> endpoints = new HashMap<>();
        managers.all().forEach(manager -> endpoints.put(manager.address().raft(), manager.nodeId()));
        return endpoints;
    }

    /** One that the store does not know may be new: who was away for long could be with nobody else. */
    private static void check(NodeIdentity peer, View view) throws CertificateException {
        if (!peer.manager()) {
            throw new CertificateException("node " + peer.nodeId() + " is not a manager");
        }
        if (isRemoved(peer.nodeId(), view)) {
            throw new CertificateException("node " + peer.nodeId() + " was removed from the swarm");
        }
        if (isWorker(peer.nodeId(), view)) {
            throw new CertificateException("node " + peer.nodeId() + " is not a manager any more");
        }
    }

    private static boolean isRemoved(String nodeId, View view) {
        return view.cluster()
                .filter(cluster -> cluster.containsBlacklistedCertificates(nodeId))
                .isPresent();
    }

    private static boolean isWorker(String nodeId, View view) {
        return view.nodes()
                .get(nodeId)
                .filter(node -> node.getRole() != NodeRole.NODE_ROLE_MANAGER)
                .isPresent();
    }

    private static long snapshotEntries(View view) {
        return view.cluster()
                .map(cluster -> cluster.getSpec().getRaft().getSnapshotInterval())
                .filter(entries -> entries > 0)
                .orElse(SNAPSHOT_ENTRIES);
    }

    /**
     * The services go first, and on this thread: it may hold locks of the framework, for which consensus's own thread would
     * wait in vain.
     */
    @Deactivate
    void close() throws InterruptedException {
        consensus.unregister();
        registered.close();
        member.stop();
    }

    /** The lead as a service. */
    private static final class Registered implements RaftMember.Leadership {

        private final BundleContext bundles;
        private final AtomicReference<ServiceRegistration<Proposer>> registration = new AtomicReference<>();
        private volatile boolean closed;

        Registered(BundleContext bundles) {
            this.bundles = bundles;
        }

        @Override
        public void gained(Proposer proposer) {
            if (!closed) {
                registration.set(bundles.registerService(Proposer.class, proposer, null));
            }
            if (closed) {
                unregister();
            }
        }

        @Override
        public void lost(Proposer proposer) {
            unregister();
        }

        void close() {
            closed = true;
            unregister();
        }

        private void unregister() {
            ServiceRegistration<Proposer> current = registration.getAndSet(null);
            if (current != null) {
                current.unregister();
            }
        }
    }
}
