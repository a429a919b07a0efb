package org.skep.node;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.skep.api.SkepException;
import org.skep.control.Nodes;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A manager that leaves asks the others to let it go first, so that no vote of theirs waits for it. */
record StepDown(Nodes nodes, String nodeId) {

    private static final Logger LOG = LoggerFactory.getLogger(StepDown.class);

    /** @return false if the others did not agree by then */
    boolean ask(long deadline) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        boolean[] agreed = new boolean[1];
        Thread asking = new Thread(
                () -> {
                    agreed[0] = agree();
                    answered.countDown();
                },
                "skep-step-down");
        asking.setDaemon(true);
        asking.start();
        try {
            return answered.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS) && agreed[0];
        } finally {
            asking.interrupt();
        }
    }

    private boolean agree() {
        try {
            Node self = nodes.get(nodeId);
            if (self.getSpec().getDesiredRole() == NodeRole.NODE_ROLE_MANAGER) {
                nodes.update(
                        nodeId,
                        self.getMeta().getVersion().getIndex(),
                        self.getSpec().toBuilder()
                                .setDesiredRole(NodeRole.NODE_ROLE_WORKER)
                                .build());
            }
            return true;
        } catch (SkepException e) {
            LOG.warn("The other managers keep a vote for this node, which leaves: {}", e.line());
            return false;
        } catch (RuntimeException e) {
            LOG.warn("The other managers keep a vote for this node, which leaves", e);
            return false;
        }
    }
}
