package org.skep.pki.node;

import org.skep.api.SkepException;
import org.skep.pki.x509.Roots;

/** A manager that is not known yet, to a node that is nobody yet. */
interface Stranger extends AutoCloseable {

    /**
     * The swarm's root certificates.
     *
     * @return not to be trusted before it is compared with something
     * @throws SkepException {@code UNREACHABLE}
     */
    byte[] rootCertificate() throws InterruptedException;

    /**
     * The manager, on the same connection.
     *
     * @return closed with this
     * @throws SkepException {@code UNREACHABLE} if it is not one of the swarm of these roots
     */
    Desk proven(Roots roots);

    @Override
    void close();
}
