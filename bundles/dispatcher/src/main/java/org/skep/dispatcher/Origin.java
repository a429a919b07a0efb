package org.skep.dispatcher;

/**
 * Where a session comes from.
 *
 * @param instance of the daemon; empty for a stock engine, which does not tell
 * @param address of the node's host; empty if it is not known
 * @param managerAddress where the node's manager is reached, if it is one and says so; else empty
 * @param local whether it is of this very daemon, which is there as long as we are
 */
record Origin(String instance, String address, String managerAddress, boolean local) {

    /** A daemon of ours makes itself heard more often than it is asked to. */
    boolean pulses() {
        return !instance.isEmpty();
    }

    /** Certainly not the same run of the same daemon. */
    boolean differs(Origin other) {
        return pulses() && other.pulses() && !instance.equals(other.instance);
    }
}
