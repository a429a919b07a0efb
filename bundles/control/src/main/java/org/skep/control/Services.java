package org.skep.control;

import java.util.List;
import java.util.OptionalLong;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;

/**
 * Services. References are a full ID, an exact name, or a unique prefix of an ID. Each specification that a service gets is a
 * revision of it, with a number and with who asked for it.
 */
public interface Services {

    List<Service> list();

    Service get(String reference);

    /** Validates the specification, resolves the networks it names, and stores it. */
    Service create(ServiceSpec spec, Requester by);

    /**
     * Replaces the specification; the old one is kept for a rollback. An update without a difference goes on with one that
     * was paused. A job begins anew with each.
     *
     * @param version the service's version that {@code spec} was derived from
     */
    Service update(String id, long version, ServiceSpec spec, Requester by);

    /**
     * Gives a service a specification again that it has had.
     *
     * @param revision its number; empty for the specification before the last update
     * @throws org.skep.api.SkepException {@code NO_PREVIOUS_SPEC}; {@code NO_SUCH_REVISION}
     */
    Service rollback(String id, long version, OptionalLong revision, Requester by);

    /** The specifications of a service, the newest first; the oldest of many are forgotten. */
    List<Revision> history(String reference);

    void remove(String reference);

    /** Why each task of a service is where it is, or is not running. */
    List<Explanation> explain(String reference);

    /**
     * Why a task is where it is.
     *
     * @param task its ID
     * @param subject the task's name
     * @param reasons one line each, the most telling first
     */
    record Explanation(String task, String subject, List<String> reasons) {
        public Explanation {
            reasons = List.copyOf(reasons);
        }
    }
}
