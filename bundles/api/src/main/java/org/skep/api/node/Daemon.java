package org.skep.api.node;

/** The process that holds this node. A service that the launcher registers. */
public interface Daemon {

    /**
     * Stops the daemon because it cannot do its work. Returns at once.
     *
     * @param line what is wrong and what to do, for the operator's eyes; printed on standard error and logged
     */
    void fail(String line);
}
