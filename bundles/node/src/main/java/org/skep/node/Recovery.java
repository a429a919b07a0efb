package org.skep.node;

import java.time.Duration;
import java.util.List;
import org.skep.api.SkepException;
import org.skep.api.node.ManagerStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a manager the only one of its swarm. What has begun goes on at the next start. */
record Recovery(NodeState state, ManagerServices services) {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** @param place where the node is to be found from now on */
    void begin(NodeRecord node, Place place) {
        LOG.warn("The swarm goes on with this node as its only manager");
        NodeRecord alone = node.at(place).starting(ManagerStart.FORCE_NEW_CLUSTER);
        state.write(alone.knowing(List.of(alone.self())));
    }

    /** Whether there is nothing to be finished. */
    boolean done() {
        return state.record()
                .filter(known -> known.start() == ManagerStart.FORCE_NEW_CLUSTER)
                .isEmpty();
    }

    /** The other managers are none any more, before the leader's rooms open and wait for them. */
    void finish() {
        NodeRecord node = state.member().orElse(null);
        if (node == null || done()) {
            return;
        }
        try {
            services.lead(PATIENCE, new ForcedSwarm(node)::apply);
            state.write(node.starting(ManagerStart.JOIN));
            services.wake();
        } catch (SkepException e) {
            LOG.warn("The other managers are not given up yet: {}", e.line());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
