package org.skep.pki.node;

import org.skep.api.node.Endpoint;

/** The ways to managers. Whoever got a desk closes it. */
interface Desks {

    /** Whoever listens there. */
    Stranger stranger(Endpoint manager);

    /** A manager of the swarm of this credential. */
    Desk as(Credential credential, Endpoint manager);
}
