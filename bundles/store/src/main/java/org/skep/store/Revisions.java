package org.skep.store;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.skep.protocol.Service;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;

/** The specifications that a service has had: the newest {@value #KEPT} of them, the present one included. */
public final class Revisions {

    /** The swarm itself asked, not a user. */
    public static final Requester SWARM = Requester.getDefaultInstance();

    private static final int KEPT = 20;

    private Revisions() {}

    /**
     * Adds a service's specification as its newest revision.
     *
     * @param rollbackTo the revision whose specification it has again; 0 if it is no rollback
     * @return the service as it is to be stored
     */
    public static Service record(Transaction tx, Service service, Requester by, long rollbackTo) {
        long number = service.getRevision() + 1;
        tx.create(Revision.newBuilder()
                .setId(id(service.getId(), number))
                .setServiceId(service.getId())
                .setNumber(number)
                .setSpec(service.getSpec())
                .setBy(by)
                .setRollbackTo(rollbackTo)
                .build());
        tx.delete(Kind.REVISION, id(service.getId(), number - KEPT));
        return service.toBuilder().setRevision(number).build();
    }

    /** The newest first. */
    public static List<Revision> of(View view, String serviceId) {
        return view.revisions().withIdPrefix(serviceId + ".").stream()
                .sorted(Comparator.comparingLong(Revision::getNumber).reversed())
                .toList();
    }

    public static Optional<Revision> of(View view, String serviceId, long number) {
        return view.revisions().get(id(serviceId, number));
    }

    /** Removes those of a service that is removed. */
    public static void forget(Transaction tx, String serviceId) {
        of(tx, serviceId).forEach(revision -> tx.delete(Kind.REVISION, revision.getId()));
    }

    private static String id(String serviceId, long number) {
        return serviceId + "." + number;
    }
}
