package org.skep.agent;

import org.skep.agent.TaskStep.Act;
import org.skep.agent.TaskStep.Outcome;
import org.skep.api.runtime.TaskRuntimeStatus;
import org.skep.protocol.ContainerStatus;
import org.skep.protocol.PortConfig;
import org.skep.protocol.PortStatus;
import org.skep.protocol.TaskStatus;

/** What the runtime knows of a task, in its status: container, process, ports, exit code. */
final class RuntimeWords {

    private RuntimeWords() {}

    static TaskStatus in(TaskStatus status, Act act, Outcome outcome, RuntimeHold runtime) {
        TaskStatus.Builder builder = status.toBuilder();
        ContainerStatus.Builder container = status.getContainer().toBuilder();
        if (act == Act.START && outcome instanceof Outcome.Done) {
            runtime.status().ifPresent(known -> {
                container.setContainerId(known.runtimeId()).setPid((int) known.pid());
                builder.setPortStatus(ports(known));
            });
        } else if (outcome instanceof Outcome.Exited exited) {
            container.setPid(0).setExitCode(exited.exit().code());
        } else if (TaskStep.over(status.getState())) {
            container.setPid(0);
            runtime.exitCode().ifPresent(container::setExitCode);
        } else {
            return status;
        }
        return builder.setContainer(container).build();
    }

    private static PortStatus ports(TaskRuntimeStatus runtime) {
        PortStatus.Builder ports = PortStatus.newBuilder();
        runtime.ports()
                .forEach(port -> ports.addPorts(PortConfig.newBuilder()
                        .setProtocol(PortConfig.Protocol.valueOf(port.protocol().name()))
                        .setTargetPort(port.target())
                        .setPublishedPort(port.published())
                        .setPublishMode(PortConfig.PublishMode.HOST)));
        return ports.build();
    }
}
