package org.skep.orchestrator;

import org.skep.protocol.Service;
import org.skep.store.View;

/** What a service's mode makes of it. */
interface Mode {

    /** Plans the steps that lead to what the service wants. Idempotent. */
    void reconcile(Plan plan);

    /** Whether what ends makes room for others, so that a slot cannot be looked at alone; and whether there are no updates. */
    default boolean isJob() {
        return false;
    }

    /** Plans what one slot, which is filled, needs for itself. */
    void tend(Plan plan, Slot slot);

    /** Whether a rolling update may work on a slot. */
    boolean updatable(View view, Service service, Slot slot);
}
