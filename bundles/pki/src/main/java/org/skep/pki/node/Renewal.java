package org.skep.pki.node;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeIdentity;
import org.skep.protocol.IssueNodeCertificateRequest;

/** Gets a node its next certificate. */
final class Renewal {

    private final Desks desks;
    private final Supplier<Optional<Desk>> local;
    private final Supplier<List<Endpoint>> managers;
    private final Clock clock;
    private final Pauses pauses;
    private final Random random;

    /**
     * @param local the desk of this node itself, if it leads: it serves also who has an expired certificate
     * @param managers to be asked in turn
     * @param random what order they are asked in, so that not all nodes wait for the same one, or come to it
     */
    Renewal(
            Desks desks,
            Supplier<Optional<Desk>> local,
            Supplier<List<Endpoint>> managers,
            Clock clock,
            Pauses pauses,
            Random random) {
        this.desks = desks;
        this.local = local;
        this.managers = managers;
        this.clock = clock;
        this.pauses = pauses;
        this.random = random;
    }

    /**
     * Asks every manager once, until one has answered.
     *
     * @return with the role that the swarm gives this node now
     */
    Credential attempt(Credential present) throws InterruptedException {
        Issuance issuance = new Issuance(clock, pauses);
        Optional<Desk> own = local.get();
        if (own.isPresent()) {
            return at(own.get(), issuance, present);
        }
        return withAnyManager(manager -> {
            try (Desk desk = desks.as(present, manager)) {
                return at(desk, issuance, present);
            }
        });
    }

    /** What managers are locked with at present. */
    Enrolment.Lock lock(Credential manager) throws InterruptedException {
        Enrolment enrolment = new Enrolment(desks, clock, pauses);
        return withAnyManager(address -> enrolment.lock(manager, address));
    }

    private static Credential at(Desk desk, Issuance issuance, Credential present) throws InterruptedException {
        Credential next = issuance.at(desk, IssueNodeCertificateRequest.getDefaultInstance(), present.roots());
        NodeIdentity identity = next.identity();
        if (!identity.nodeId().equals(present.identity().nodeId())
                || !identity.clusterId().equals(present.identity().clusterId())) {
            throw SkepException.external(
                    "CERTIFICATE_REFUSED", "the managers issued a certificate of another node", "", null);
        }
        return next;
    }

    private interface Ask<T> {
        T ask(Endpoint manager) throws InterruptedException;
    }

    private <T> T withAnyManager(Ask<T> call) throws InterruptedException {
        SkepException failure = SkepException.external("UNREACHABLE", "no manager of the swarm is known", "", null);
        List<Endpoint> shuffled = new ArrayList<>(managers.get());
        Collections.shuffle(shuffled, random);
        for (Endpoint manager : shuffled) {
            try {
                return call.ask(manager);
            } catch (SkepException e) {
                failure = e;
            }
        }
        throw failure;
    }
}
