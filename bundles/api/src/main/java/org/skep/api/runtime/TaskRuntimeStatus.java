package org.skep.api.runtime;

import java.util.List;

/**
 * What a runtime knows of a task.
 *
 * @param runtimeId the container's ID, or another name the runtime knows the task by; empty before {@code prepare}
 * @param pid process ID on this host; 0 if there is none
 * @param ports as they are really published
 */
public record TaskRuntimeStatus(String runtimeId, long pid, List<PublishedPort> ports) {
    public TaskRuntimeStatus {
        ports = List.copyOf(ports);
    }
}
