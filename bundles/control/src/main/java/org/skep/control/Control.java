package org.skep.control;

/**
 * The Control API as one service. Where this node is a manager that does not lead, calls go to the leader; where it is no
 * manager, they answer {@code NOT_A_MANAGER}. Reads show all that was acknowledged before.
 */
public interface Control {

    Services services();

    ServiceChanges changes();

    Tasks tasks();

    Nodes nodes();

    Networks networks();

    Volumes volumes();

    Configs configs();

    Logs logs();

    Clusters clusters();

    Events events();

    /**
     * This manager's own copy of the state; no other is asked. Managers that agree have one digest at one index.
     *
     * @throws org.skep.api.SkepException {@code NOT_A_MANAGER}
     */
    Copy copy();

    /**
     * @param index of the last log entry in it
     * @param digest of all there is, in hexadecimal
     */
    record Copy(long index, String digest) {}
}
