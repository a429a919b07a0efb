package org.skep.scheduler;

import org.skep.protocol.Task;

/**
 * What tasks are grouped by: one version of one service's specification. A task without one is alone.
 *
 * @param id of the service, or of the lone task
 */
record SpecKey(String id, long version) {

    static SpecKey of(Task task) {
        return task.getServiceId().isEmpty() || !task.hasSpecVersion()
                ? new SpecKey(task.getId(), -1)
                : new SpecKey(task.getServiceId(), task.getSpecVersion().getIndex());
    }
}
