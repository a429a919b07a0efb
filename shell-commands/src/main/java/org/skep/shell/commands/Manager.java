package org.skep.shell.commands;

import org.skep.control.Configs;
import org.skep.control.Logs;
import org.skep.control.Networks;
import org.skep.control.Nodes;
import org.skep.control.ServiceChanges;
import org.skep.control.Services;
import org.skep.control.Tasks;
import org.skep.control.Volumes;

/** The Control API of this node as one thing. Outside of a swarm its methods answer {@code NOT_A_MANAGER}. */
public interface Manager {

    Services services();

    ServiceChanges changes();

    Tasks tasks();

    Nodes nodes();

    Networks networks();

    Volumes volumes();

    Configs configs();

    Logs logs();
}
