package org.skep.store;

import java.util.Collection;
import org.skep.protocol.Task;

/** Tasks, with the two questions that every loop asks. */
public interface TaskTable extends Table<Task> {

    Collection<Task> ofService(String serviceId);

    Collection<Task> onNode(String nodeId);
}
