package org.skep.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.HealthCheck;
import org.skep.api.runtime.LogDriver;
import org.skep.api.runtime.NameResolution;
import org.skep.api.runtime.NetworkConnection;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskDescription;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.GenericResource;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ResourceRequirements;
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
        Task task = record.getTask();
        ContainerSpec spec = task.getSpec().getContainer();
        return ContainerConfig.of(spec.getImage())
                .command(spec.getCommandList())
                .args(spec.getArgsList())
                .env(environment(task))
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
                .mounts(TaskMounts.of(record))
                .capabilityAdd(spec.getCapabilityAddList())
                .capabilityDrop(spec.getCapabilityDropList())
                .names(names(spec))
                .kernel(KernelDemands.of(spec))
                .log(log(task))
                .registryAuth(spec.getPullOptions().getRegistryAuth())
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

    /** What the swarm gave the task of a node's generic resources is told as its own variables. */
    private static List<String> environment(Task task) {
        List<String> environment = new ArrayList<>(task.getSpec().getContainer().getEnvList());
        Map<String, String> granted = new TreeMap<>();
        for (GenericResource resource : task.getAssignedGenericResourcesList()) {
            if (resource.hasNamedResourceSpec()) {
                granted.merge(
                        resource.getNamedResourceSpec().getKind(),
                        resource.getNamedResourceSpec().getValue(),
                        (one, other) -> one + "," + other);
            } else {
                granted.put(
                        resource.getDiscreteResourceSpec().getKind(),
                        Long.toString(resource.getDiscreteResourceSpec().getValue()));
            }
        }
        granted.forEach(
                (kind, values) -> environment.add("DOCKER_RESOURCE_" + kind.toUpperCase(Locale.ROOT) + "=" + values));
        return environment;
    }

    private static NameResolution names(ContainerSpec spec) {
        List<String> hosts = new ArrayList<>();
        for (String host : spec.getHostsList()) {
            // As in /etc/hosts: an address and its names.
            String[] words = host.strip().split("\\s+");
            Arrays.stream(words).skip(1).forEach(name -> hosts.add(name + ":" + words[0]));
        }
        return new NameResolution(
                hosts,
                spec.getDnsConfig().getNameserversList(),
                spec.getDnsConfig().getSearchList(),
                spec.getDnsConfig().getOptionsList());
    }

    private static LogDriver log(Task task) {
        Driver driver =
                task.hasLogDriver() ? task.getLogDriver() : task.getSpec().getLogDriver();
        return new LogDriver(driver.getName(), driver.getOptionsMap());
    }

    private static ResourceLimits limits(Task task) {
        ResourceRequirements resources = task.getSpec().getResources();
        Resources limits = resources.getLimits();
        Resources reservations = resources.getReservations();
        return new ResourceLimits(
                limits.getNanoCpus(),
                limits.getMemoryBytes(),
                reservations.getNanoCpus(),
                reservations.getMemoryBytes(),
                resources.hasSwapBytes()
                        ? OptionalLong.of(resources.getSwapBytes().getValue())
                        : OptionalLong.empty(),
                resources.hasMemorySwappiness()
                        ? OptionalLong.of(resources.getMemorySwappiness().getValue())
                        : OptionalLong.empty());
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
