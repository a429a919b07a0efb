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

    /** No task on this node uses the network any more. */
    void release(NetworkDescription network);
}
