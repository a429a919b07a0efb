package org.skep.api.command;

/** What a user may do. Each role includes those before it. */
public enum Role {
    /** Sees everything that is not secret, and changes nothing. */
    VIEWER,
    /** Runs services. */
    OPERATOR,
    /** Changes the swarm itself: nodes, bundles, users. */
    ADMIN;

    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
