package org.skep.store;

import java.util.Collection;
import org.skep.protocol.Task;

/** Tasks, with the questions that every loop asks. */
public interface TaskTable extends Table<Task> {

    /** In order of their slots. */
    Collection<Task> ofService(String serviceId);

    /** Those of a service with this slot number. */
    Collection<Task> inSlot(String serviceId, long slot);

    Collection<Task> onNode(String nodeId);
}
