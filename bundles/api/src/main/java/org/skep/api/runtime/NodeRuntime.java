package org.skep.api.runtime;

/**
 * The runtime this node uses, chosen once when the daemon starts. A service, present in and outside of a swarm, as long
 * as the driver it stands for is there.
 */
public interface NodeRuntime {

    /** The driver's name, such as {@code docker}. */
    String name();

    /** The same one for as long as this service is there. */
    RuntimeDriver driver();
}
