package org.skep.store.internal;

import java.util.Optional;
import org.skep.protocol.Cluster;
import org.skep.protocol.Config;
import org.skep.protocol.Network;
import org.skep.protocol.Node;
import org.skep.protocol.Secret;
import org.skep.protocol.Service;
import org.skep.protocol.Volume;
import org.skep.protocol.revision.Revision;
import org.skep.store.Table;
import org.skep.store.TaskTable;
import org.skep.store.View;

/** A view of whatever tables it holds. */
interface TablesView extends View {

    Tables tables();

    @Override
    default Optional<Cluster> cluster() {
        return tables().cluster();
    }

    @Override
    default Table<Node> nodes() {
        return tables().nodes();
    }

    @Override
    default Table<Service> services() {
        return tables().services();
    }

    @Override
    default TaskTable tasks() {
        return tables().tasks();
    }

    @Override
    default Table<Network> networks() {
        return tables().networks();
    }

    @Override
    default Table<Volume> volumes() {
        return tables().volumes();
    }

    @Override
    default Table<Secret> secrets() {
        return tables().secrets();
    }

    @Override
    default Table<Config> configs() {
        return tables().configs();
    }

    @Override
    default Table<Revision> revisions() {
        return tables().revisions();
    }
}
