package org.skep.orchestrator;

import org.skep.protocol.Service;
import org.skep.store.View;

/** What a service's mode makes of it. */
interface Mode {

    /** Plans the steps that lead to what the service wants. Idempotent. */
    void reconcile(Plan plan);

    /** Whether the end of a task concerns no slot but its own. */
    default boolean slotsAreIndependent() {
        return true;
    }

    /** Plans what one slot, which is filled, needs for itself. */
    void tend(Plan plan, Slot slot);

    /** Whether a rolling update may work on a slot. */
    boolean updatable(View view, Service service, Slot slot);
}
