package org.skep.control;

/**
 * The Control API as one service. Where this node is a manager that does not lead, calls go to the leader; where it is no
 * manager, they answer {@code NOT_A_MANAGER}, or {@code LOCKED} while its keys are locked. Reads show all that was
 * acknowledged before.
 *
 * <p>While there is no leader, calls wait for one for up to 10 seconds, and then answer {@code NO_LEADER}: nothing was done.
 * A change whose leader is lost before it has answered is made again only where that cannot make it twice; else it answers
 * {@code OUTCOME_UNKNOWN}. Safe for use from any thread; an interrupt ends the waiting.
 */
public interface Control {

    Services services();

    ServiceChanges changes();

    Tasks tasks();

    Nodes nodes();

    Networks networks();

    Volumes volumes();

    Configs configs();

    Registries registries();

    Images images();

    Logs logs();

    Reach reach();

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
