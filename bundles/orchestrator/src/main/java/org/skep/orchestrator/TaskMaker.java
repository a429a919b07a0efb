package org.skep.orchestrator;

import java.time.Instant;
import org.skep.protocol.Driver;
import org.skep.protocol.Endpoint;
import org.skep.protocol.Ids;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.store.View;

/** Makes tasks of services. */
final class TaskMaker {

    private TaskMaker() {}

    static Task make(Service service, SlotKey slot, TaskState desired, View view, Instant now) {
        Task.Builder task = Task.newBuilder()
                .setId(Ids.random())
                .setServiceId(service.getId())
                .setServiceAnnotations(service.getSpec().getAnnotations())
                .setSpec(service.getSpec().getTask())
                .setSlot(slot.number())
                .setNodeId(slot.nodeId())
                .setEndpoint(Endpoint.newBuilder().setSpec(service.getSpec().getEndpoint()))
                .setStatus(TaskStatus.newBuilder()
                        .setState(TaskState.NEW)
                        .setTimestamp(Times.timestamp(now))
                        .setMessage("created"))
                .setDesiredState(desired);
        if (service.getSpec().hasReplicatedJob() || service.getSpec().hasGlobalJob()) {
            task.setJobIteration(service.getJobStatus().getJobIteration());
        }
        if (service.hasSpecVersion()) {
            task.setSpecVersion(service.getSpecVersion());
        }
        Driver logDriver = service.getSpec().getTask().hasLogDriver()
                ? service.getSpec().getTask().getLogDriver()
                : view.cluster()
                        .map(cluster -> cluster.getSpec().getTaskDefaults().getLogDriver())
                        .orElse(Driver.getDefaultInstance());
        if (!logDriver.equals(Driver.getDefaultInstance())) {
            task.setLogDriver(logDriver);
        }
        return task.build();
    }
}
