package org.skep.pki.node;

import java.time.Clock;
import java.util.function.Supplier;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.pki.x509.Roots;
import org.skep.rpc.CertificateConnections;

/** Desks at the other end of channels that live as long as they are needed. */
final class Channels implements Desks {

    private final Supplier<CertificateConnections> managers;
    private final Clock clock;

    /** @param managers null while there are none */
    Channels(Supplier<CertificateConnections> managers, Clock clock) {
        this.managers = managers;
        this.clock = clock;
    }

    @Override
    public byte[] rootCertificate(Endpoint manager) throws InterruptedException {
        try (RemoteDesk desk = new RemoteDesk(connections().unverified(manager), manager)) {
            return desk.rootCertificate();
        }
    }

    @Override
    public Desk anonymous(Endpoint manager, Roots roots) {
        return new RemoteDesk(connections().verified(manager, roots.certificates()), manager);
    }

    private CertificateConnections connections() {
        CertificateConnections present = managers.get();
        if (present == null) {
            throw SkepException.external("UNREACHABLE", "this node cannot connect to others now", "try again", null);
        }
        return present;
    }

    /**
     * A channel of its own: those that others share go on with the certificate that they began with, and this one may be
     * a new one.
     */
    @Override
    public Desk as(Credential credential, Endpoint manager) {
        LiveCredentials own = new LiveCredentials(credential, clock);
        return new RemoteDesk(connections().as(manager, own.keyManager(), own.trustManager(peer -> {})), manager);
    }
}
