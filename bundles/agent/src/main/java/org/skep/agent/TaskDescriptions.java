package org.skep.agent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.HealthCheck;
import org.skep.api.runtime.NetworkConnection;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskMount;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.Mount;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.PortConfig;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.Times;
import org.skep.protocol.worker.WorkerTask;

/** Turns the swarm's view of a task into that of a runtime. */
final class TaskDescriptions {

    private TaskDescriptions() {}

    /**
     * Volumes and networks that are not attached are left out: those of a task that is over were given back, and its
     * log and remains need none.
     *
     * @throws SkepException if the task is of a kind that no runtime knows
     */
    static TaskDescription of(WorkerTask record) {
        Task task = record.getTask();
        if (!task.getSpec().hasContainer()) {
            throw SkepException.user("TASK_KIND_UNKNOWN", "the task has no container", "");
        }
        String name = TaskNames.full(task);
        return new TaskDescription(
                task.getId(),
                name,
                task.getServiceId(),
                task.getServiceAnnotations().getName(),
                task.getNodeId(),
                container(record),
                limits(task),
                ports(task),
                networks(record, name),
                labels(task, name));
    }

    private static ContainerConfig container(WorkerTask record) {
        ContainerSpec spec = record.getTask().getSpec().getContainer();
        return ContainerConfig.of(spec.getImage())
                .command(spec.getCommandList())
                .args(spec.getArgsList())
                .env(spec.getEnvList())
                .hostname(spec.getHostname())
                .workdir(spec.getDir())
                .user(spec.getUser())
                .groups(spec.getGroupsList())
                .labels(spec.getLabelsMap())
                .init(spec.hasInit() ? Optional.of(spec.getInit().getValue()) : Optional.empty())
                .tty(spec.getTty())
                .openStdin(spec.getOpenStdin())
                .readOnly(spec.getReadOnly())
                .stopSignal(spec.getStopSignal())
                .stopGracePeriod(
                        spec.hasStopGracePeriod()
                                ? Times.duration(spec.getStopGracePeriod())
                                : ContainerConfig.DEFAULT_STOP_GRACE_PERIOD)
                .healthCheck(spec.hasHealthcheck() ? Optional.of(health(spec.getHealthcheck())) : Optional.empty())
                .mounts(mounts(record, spec))
                .capabilityAdd(spec.getCapabilityAddList())
                .capabilityDrop(spec.getCapabilityDropList())
                .build();
    }

    private static HealthCheck health(HealthConfig config) {
        return new HealthCheck(
                config.getTestList(),
                Times.duration(config.getInterval()),
                Times.duration(config.getTimeout()),
                config.getRetries(),
                Times.duration(config.getStartPeriod()),
                Times.duration(config.getStartInterval()));
    }

    private static List<TaskMount> mounts(WorkerTask record, ContainerSpec spec) {
        List<TaskMount> mounts = new ArrayList<>();
        for (Mount mount : spec.getMountsList()) {
            if (mount.getType() == Mount.Type.VOLUME && !Attachments.mounted(record, mount)) {
                continue;
            }
            mounts.add(
                    switch (mount.getType()) {
                        case BIND -> bind(mount, mount.getSource(), false);
                        case VOLUME ->
                            bind(
                                    mount,
                                    record.getVolumePathsOrThrow(mount.getTarget()),
                                    !mount.getVolumeOptions().getNocopy());
                        case TMPFS -> tmpfs(mount);
                        default ->
                            throw SkepException.user(
                                    "MOUNT_TYPE_UNSUPPORTED",
                                    "mount type " + mount.getType() + " of " + mount.getTarget()
                                            + " is not supported on this node",
                                    "use bind, volume or tmpfs");
                    });
        }
        return mounts;
    }

    private static TaskMount bind(Mount mount, String source, boolean populate) {
        return new TaskMount(
                TaskMount.Type.BIND,
                source,
                mount.getTarget(),
                mount.getReadonly(),
                TaskMount.Propagation.valueOf(
                        mount.getBindOptions().getPropagation().name()),
                0,
                0,
                populate);
    }

    private static TaskMount tmpfs(Mount mount) {
        return new TaskMount(
                TaskMount.Type.TMPFS,
                "",
                mount.getTarget(),
                mount.getReadonly(),
                TaskMount.Propagation.RPRIVATE,
                mount.getTmpfsOptions().getSizeBytes(),
                mount.getTmpfsOptions().getMode(),
                false);
    }

    private static ResourceLimits limits(Task task) {
        Resources limits = task.getSpec().getResources().getLimits();
        Resources reservations = task.getSpec().getResources().getReservations();
        return new ResourceLimits(
                limits.getNanoCpus(),
                limits.getMemoryBytes(),
                reservations.getNanoCpus(),
                reservations.getMemoryBytes());
    }

    private static List<PublishedPort> ports(Task task) {
        return task.getEndpoint().getPortsList().stream()
                .filter(port -> port.getPublishMode() == PortConfig.PublishMode.HOST)
                .map(port -> new PublishedPort(
                        PublishedPort.Protocol.valueOf(port.getProtocol().name()),
                        port.getTargetPort(),
                        port.getPublishedPort()))
                .toList();
    }

    private static List<NetworkConnection> networks(WorkerTask record, String taskName) {
        List<NetworkConnection> connections = new ArrayList<>();
        for (NetworkAttachment attachment : record.getTask().getNetworksList()) {
            String networkId = attachment.getNetwork().getId();
            if (!Attachments.ensured(record, networkId)) {
                continue;
            }
            List<String> aliases = new ArrayList<>(attachment.getAliasesList());
            for (String alias : List.of(record.getTask().getServiceAnnotations().getName(), taskName)) {
                if (!alias.isEmpty() && !aliases.contains(alias)) {
                    aliases.add(alias);
                }
            }
            connections.add(new NetworkConnection(
                    record.getNetworkNamesOrThrow(networkId), aliases, attachment.getAddressesList()));
        }
        return connections;
    }

    private static Map<String, String> labels(Task task, String name) {
        Map<String, String> labels = new HashMap<>(task.getAnnotations().getLabelsMap());
        labels.put("com.docker.swarm.task", "");
        labels.put("com.docker.swarm.task.id", task.getId());
        labels.put("com.docker.swarm.task.name", name);
        labels.put("com.docker.swarm.node.id", task.getNodeId());
        labels.put("com.docker.swarm.service.id", task.getServiceId());
        labels.put("com.docker.swarm.service.name", task.getServiceAnnotations().getName());
        return labels;
    }
}
