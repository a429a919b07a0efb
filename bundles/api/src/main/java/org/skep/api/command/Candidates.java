package org.skep.api.command;

import java.util.Iterator;
import java.util.List;

/**
 * Live values for completion, such as the names of services.
 *
 * <p>Register an implementation as a component with the service type {@code Candidates}, and name its class in picocli's
 * {@code completionCandidates}: the shell finds the service by that class, so the component must keep its
 * default name. Values are asked for on every completion and
 * must come from memory.
 */
public abstract class Candidates implements Iterable<String> {

    /** The values at this moment; never throws, an empty list if there are none to be had. */
    protected abstract List<String> values();

    @Override
    public final Iterator<String> iterator() {
        return values().iterator();
    }
}
