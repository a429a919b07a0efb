package org.skep.raft.internal;

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

    private final RaftMember member;

    @Activate
    public RaftComponent(
            BundleContext bundles,
            @Reference NodeConfig config,
            @Reference SwarmMembership membership,
            @Reference StateMachine state,
            @Reference Daemon daemon) {
        member = new RaftMember(
                config.stateDir().resolve("raft"),
                SNAPSHOT_ENTRIES,
                membership,
                state,
                new Registered(bundles),
                daemon);
    }

    @Deactivate
    void close() throws InterruptedException {
        member.stop();
    }

    /** The lead as a service. */
    private static final class Registered implements RaftMember.Leadership {

        private final BundleContext bundles;
        private ServiceRegistration<Proposer> registration;

        Registered(BundleContext bundles) {
            this.bundles = bundles;
        }

        @Override
        public void gained(Proposer proposer) {
            registration = bundles.registerService(Proposer.class, proposer, null);
        }

        @Override
        public void lost(Proposer proposer) {
            registration.unregister();
            registration = null;
        }
    }
}
