package org.skep.dispatcher;

/**
 * Where messages of one kind leave for a node. Used on the dispatcher's loop, and to end it by who has stopped the loop.
 */
interface Outlet<T> {

    /**
     * Whether the node takes a message now. One that is not read fast enough takes none: what it has to know is gathered
     * until it does, and {@link NodeSession#flush} is called when that has changed.
     */
    boolean ready();

    void send(T message);

    /** Nothing follows. */
    void end(Ending ending);
}
