package org.skep.orchestrator;

import org.skep.protocol.Service;
import org.skep.store.View;

/** What a service's mode makes of it. */
interface Mode {

    /** Plans the steps that lead to what the service wants. Idempotent. */
    void reconcile(Plan plan);

    /** Whether a rolling update may work on a slot. */
    boolean updatable(View view, Service service, Slot slot);
}
