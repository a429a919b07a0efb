package org.skep.runtime.docker;

/** What tells this node's containers from everybody else's. */
final class Labels {
    static final String NODE = "org.skep.node";
    static final String TASK = "org.skep.task";

    private Labels() {}
}
