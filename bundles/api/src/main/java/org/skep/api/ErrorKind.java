package org.skep.api;

/** Who can do something about an error. Decides exit status, gRPC status and HTTP status in one place. */
public enum ErrorKind {
    /** The request is wrong: another request is needed. */
    USER,
    /** The request is right, but not in the present state of the swarm. */
    STATE,
    /** The node lacks something: disk, memory, a port. */
    RESOURCE,
    /** Something outside Skep failed: an engine, a registry, a file server. */
    EXTERNAL,
    /** A defect of Skep. */
    INTERNAL
}
