package org.skep.control.routed;

import org.skep.control.Control;

/** Something to ask of the leader. */
@FunctionalInterface
interface Question<T, E extends Exception> {
    T ask(Control leader) throws E;
}
