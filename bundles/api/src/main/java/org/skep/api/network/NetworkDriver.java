package org.skep.api.network;

/**
 * Makes networks available on this node. Register it as a component with the property {@code skep.driver=<name>}.
 * Methods may be called from several threads at once, never at once for the same network, and may block.
 */
public interface NetworkDriver {

    /**
     * Checks a network before it is created.
     *
     * @throws org.skep.api.SkepException naming what is wrong, and what would be right
     */
    void validate(NetworkDescription network);

    /**
     * Makes the network available on this node; finds it done when it is.
     *
     * @return the name the runtime knows the network by
     * @throws org.skep.api.SkepException the task is rejected with that message
     */
    String ensure(NetworkDescription network) throws InterruptedException;

    /**
     * No task on this node uses the network any more. One that is not there is released. An interrupt breaks it off and
     * stays in the thread's flag; the call is made again.
     *
     * @throws org.skep.api.SkepException with the code {@link org.skep.api.runtime.RuntimeDriver#UNAVAILABLE} to be
     *     called again a little later; after any other, the network counts as given back
     */
    void release(NetworkDescription network);
}
