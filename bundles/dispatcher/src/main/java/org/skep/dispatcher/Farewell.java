package org.skep.dispatcher;

/** What a node says before it ends its session. */
enum Farewell {
    /** Nothing: its daemon was killed, or its connection broke. */
    NONE,

    /** Its daemon stops in order and may be back soon. */
    STOPS,

    /** It leaves the swarm. */
    LEAVES
}
