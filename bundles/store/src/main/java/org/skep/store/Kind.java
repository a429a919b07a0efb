package org.skep.store;

/** The kinds of objects a swarm is made of. */
public enum Kind {
    CLUSTER,
    NODE,
    SERVICE,
    TASK,
    NETWORK,
    VOLUME,
    SECRET,
    CONFIG,
    REVISION
}
