package org.skep.store;

import java.util.Optional;
import org.skep.protocol.Cluster;
import org.skep.protocol.Config;
import org.skep.protocol.Network;
import org.skep.protocol.Node;
import org.skep.protocol.Secret;
import org.skep.protocol.Service;
import org.skep.protocol.Volume;
import org.skep.protocol.revision.Revision;

/** The state at one index of the log. A view never changes, costs nothing to hold, and may be read from any thread. */
public interface View {

    /** Index of the last log entry this view contains. */
    long index();

    /** The swarm's one cluster object, absent before {@code swarm init}. */
    Optional<Cluster> cluster();

    Table<Node> nodes();

    Table<Service> services();

    TaskTable tasks();

    Table<Network> networks();

    Table<Volume> volumes();

    Table<Secret> secrets();

    Table<Config> configs();

    /** Specifications that services have had. */
    Table<Revision> revisions();
}
