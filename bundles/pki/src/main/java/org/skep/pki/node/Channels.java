package org.skep.pki.node;

import java.security.cert.CertificateException;
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
    public Stranger stranger(Endpoint manager) {
        FirstSight trust = new FirstSight(clock);
        RemoteDesk desk = new RemoteDesk(connections().anonymous(manager, trust), manager);
        return new Stranger() {
            @Override
            public byte[] rootCertificate() throws InterruptedException {
                return desk.rootCertificate();
            }

            @Override
            public Desk proven(Roots roots) {
                try {
                    trust.trust(roots);
                    return desk;
                } catch (CertificateException e) {
                    throw new CallErrors(manager.toString()).of(e);
                }
            }

            @Override
            public void close() {
                desk.close();
            }
        };
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
