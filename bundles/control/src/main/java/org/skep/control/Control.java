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
}
