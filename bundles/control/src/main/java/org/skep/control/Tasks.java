package org.skep.control;

import java.util.List;
import org.skep.protocol.Task;

/** Tasks. References are a full ID, an exact name ({@code SERVICE.SLOT.ID}), or a unique prefix of an ID. */
public interface Tasks {

    List<Task> list();

    List<Task> ofService(String serviceId);

    List<Task> onNode(String nodeId);

    Task get(String reference);
}
