package org.skep.raft.internal;

import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.skep.api.node.Daemon;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.SwarmMembership;
import org.skep.store.Proposer;
import org.skep.store.StateMachine;

/** Takes part in consensus while this node is a manager, and registers a {@link Proposer} while it leads. */
@Component
@SatisfyingConditionTarget("(osgi.condition.id=skep.manager)")
public final class RaftComponent {

    private static final long SNAPSHOT_ENTRIES = 10_000;

    private final Registered registered;
    private final RaftMember member;

    @Activate
    public RaftComponent(
            BundleContext bundles,
            @Reference NodeConfig config,
            @Reference SwarmMembership membership,
            @Reference StateMachine state,
            @Reference Daemon daemon) {
        registered = new Registered(bundles);
        member = new RaftMember(
                config.stateDir().resolve("raft"), SNAPSHOT_ENTRIES, membership, state, registered, daemon);
    }

    /**
     * The service goes first, and on this thread: it may hold locks of the framework, for which consensus's own thread
     * would wait in vain.
     */
    @Deactivate
    void close() throws InterruptedException {
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
