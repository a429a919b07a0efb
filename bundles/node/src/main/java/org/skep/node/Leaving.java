package org.skep.node;

import java.io.IOException;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.api.node.Departure;
import org.skep.api.runtime.NodeRuntime;
import org.skep.control.Control;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes this node out of its swarm. */
record Leaving(
        BundleContext context, Presence presence, ManagerServices services, RoleKeeper roles, Patience patience) {

    private static final Logger LOG = LoggerFactory.getLogger(Leaving.class);

    /**
     * Who has to be asked.
     *
     * @param runtime null if there is none
     */
    record Others(List<Departure> departures, NodeRuntime runtime) {}

    void leave(boolean force, Others others) throws InterruptedException {
        roles.pause();
        try {
            presence.lifecycle().lockInterruptibly();
            try {
                leaveNow(force, others);
            } finally {
                presence.lifecycle().unlock();
            }
        } finally {
            roles.resume();
        }
    }

    private void leaveNow(boolean force, Others others) throws InterruptedException {
        if (presence.state().record().isPresent() && presence.state().member().isEmpty()) {
            // An earlier attempt has got as far as deleting.
            presence.finish();
            presence.state().checkSound();
            return;
        }
        // Who has lost the keys has no other way out.
        boolean damaged = !presence.state().damage().isEmpty();
        NodeRecord node =
                force && damaged ? presence.state().member().orElseGet(presence::checkMember) : presence.checkMember();
        if (!force && (presence.locked() || presence.manages())) {
            throw Quorum.forceRequired(
                    services.consensus(),
                    presence.managers().all().stream()
                            .filter(manager -> !manager.nodeId().equals(node.nodeId()))
                            .count());
        }
        if (presence.conditions().managing()) {
            stepDown(node);
        }
        // From here on there is no way back: who breaks it off only waits no longer.
        boolean brokenOff = false;
        String left;
        try {
            left = new Farewell(patience.departure()).say(others.departures());
        } catch (InterruptedException e) {
            brokenOff = true;
            left = "they were not waited for";
        }
        boolean clean = go(others.runtime());
        if (brokenOff) {
            Thread.currentThread().interrupt();
        }
        if (!left.isEmpty() && !clean) {
            throw SkepException.resource(
                    "TASKS_LEFT_BEHIND",
                    "this node has left the swarm, but not all of its tasks could be removed: " + left,
                    "look for what is left of them in the runtime, and remove it there",
                    null);
        }
    }

    /** While there is somebody to ask: a manager that just goes leaves the others with a vote that is never cast. */
    private void stepDown(NodeRecord node) throws InterruptedException {
        boolean others = services.consensus()
                .filter(status ->
                        status.leader().isPresent() && status.members().size() > 1)
                .isPresent();
        // Looked up, because the Control API itself refers to this node.
        ServiceReference<Control> reference = others ? context.getServiceReference(Control.class) : null;
        Control control = reference == null ? null : context.getService(reference);
        if (control == null) {
            return;
        }
        try {
            long deadline = System.nanoTime() + patience.stepDown().toNanos();
            if (new StepDown(control.nodes(), node.nodeId()).ask(deadline)
                    && !services.await(roles::toldToWork, deadline)) {
                LOG.warn("The other managers have not let this node go in time; it leaves all the same");
            }
        } finally {
            context.ungetService(reference);
        }
    }

    /** @return whether nothing is left of its tasks */
    private boolean go(NodeRuntime runtime) {
        try {
            presence.state().leaving();
            presence.conditions().withdrawRoles();
            boolean clean = sweep(runtime);
            presence.conditions().leave();
            presence.forget();
            roles.forget();
            return clean;
        } catch (IOException e) {
            throw SkepException.resource(
                    "STATE_UNWRITABLE",
                    "the state of the swarm could not all be deleted: " + IoReasons.of(e),
                    "try again, or restart the daemon",
                    e);
        }
    }

    private static boolean sweep(NodeRuntime runtime) {
        try {
            return Farewell.sweep(runtime);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
