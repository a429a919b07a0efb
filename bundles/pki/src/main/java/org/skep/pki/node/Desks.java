package org.skep.pki.node;

import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.pki.x509.Roots;

/** The ways to managers. Whoever got a desk closes it. */
interface Desks {

    /**
     * Asks whoever listens there for the swarm's root certificates.
     *
     * @return not to be trusted before it is compared with something
     * @throws SkepException {@code UNREACHABLE}
     */
    byte[] rootCertificate(Endpoint manager) throws InterruptedException;

    /** A manager of the swarm of these roots, to which this node is nobody yet. */
    Desk anonymous(Endpoint manager, Roots roots);

    /** A manager of the swarm of this credential. */
    Desk as(Credential credential, Endpoint manager);
}
