package org.skep.control;

import java.util.List;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;

/** Services. References are a full ID, an exact name, or a unique prefix of an ID. */
public interface Services {

    List<Service> list();

    Service get(String reference);

    /** Validates the specification, resolves the networks it names, and stores it. */
    Service create(ServiceSpec spec);

    /**
     * Replaces the specification; the old one is kept for a rollback.
     *
     * @param version the service's version that {@code spec} was derived from
     */
    Service update(String id, long version, ServiceSpec spec);

    /** Swaps the specification and the previous one. */
    Service rollback(String id, long version);

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
