package org.skep.template.task;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.skep.api.SkepException;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Mount;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.template.Fields;
import org.skep.template.Template;

/**
 * Templates in the values of environment variables, in the host name, and in sources, targets, labels and driver options
 * of mounts. They know {@code .Service.ID .Name .Labels}, {@code .Node.ID .Hostname .Platform.OS .Architecture} and
 * {@code .Task.ID .Name .Slot}; the slot of a task that is on every node is the node's ID.
 */
public final class TaskTemplates {

    private static final String MARK = "{{";

    private final Fields data;

    /** Where a task runs. */
    public record Place(String hostname, String os, String architecture) {}

    private TaskTemplates(Task task, Place place) {
        Annotations service = task.getServiceAnnotations();
        data = Fields.of(Map.of(
                "Service",
                Fields.of(
                        Map.of("ID", task.getServiceId(), "Name", service.getName(), "Labels", service.getLabelsMap())),
                "Node",
                Fields.of(Map.of(
                        "ID",
                        task.getNodeId(),
                        "Hostname",
                        place.hostname(),
                        "Platform",
                        Fields.of(Map.of("OS", place.os(), "Architecture", place.architecture())))),
                "Task",
                Fields.of(Map.of("ID", task.getId(), "Name", TaskNames.full(task), "Slot", TaskNames.place(task)))));
    }

    /**
     * The container of a task as it is on its node.
     *
     * @throws SkepException {@code TEMPLATE_INVALID}, naming the flag and its value
     */
    public static ContainerSpec expand(Task task, Place place) {
        ContainerSpec spec = task.getSpec().getContainer();
        return hasAny(spec) ? new TaskTemplates(task, place).expand(spec) : spec;
    }

    /**
     * Whether templates fit a service's tasks.
     *
     * @param service the service's name and labels
     * @return the container as some task would have it
     * @throws SkepException as {@link #expand}
     */
    public static ContainerSpec check(Annotations service, ContainerSpec spec) {
        Task.Builder task = Task.newBuilder()
                .setId("task")
                .setServiceId("service")
                .setServiceAnnotations(service)
                .setNodeId("node")
                .setSlot(1);
        task.getSpecBuilder().setContainer(spec);
        return expand(task.build(), new Place("host", "linux", "x86_64"));
    }

    private static boolean hasAny(ContainerSpec spec) {
        return spec.getHostname().contains(MARK)
                || spec.getEnvList().stream().anyMatch(variable -> variable.contains(MARK))
                || spec.getMountsList().stream()
                        .anyMatch(mount -> mount.toString().contains(MARK));
    }

    private ContainerSpec expand(ContainerSpec spec) {
        ContainerSpec.Builder expanded = spec.toBuilder()
                .setHostname(expand("--hostname", spec.getHostname()))
                .clearEnv()
                .clearMounts();
        spec.getEnvList().forEach(variable -> expanded.addEnv(variable(variable)));
        spec.getMountsList().forEach(mount -> expanded.addMounts(mount(mount)));
        return expanded.build();
    }

    /** Names are what they are. */
    private String variable(String variable) {
        int equals = variable.indexOf('=');
        return variable.substring(0, equals + 1) + expand("--env", variable.substring(equals + 1));
    }

    private Mount mount(Mount mount) {
        Mount.Builder expanded = mount.toBuilder()
                .setSource(expand("--mount source", mount.getSource()))
                .setTarget(expand("--mount target", mount.getTarget()));
        if (mount.hasVolumeOptions()) {
            Mount.VolumeOptions.Builder options = expanded.getVolumeOptionsBuilder();
            options.putAllLabels(expand("--mount volume-label", options.getLabelsMap()));
            if (options.hasDriverConfig()) {
                options.getDriverConfigBuilder()
                        .putAllOptions(expand(
                                "--mount volume-opt", options.getDriverConfig().getOptionsMap()));
            }
        }
        return expanded.build();
    }

    private Map<String, String> expand(String flag, Map<String, String> values) {
        Function<Map.Entry<String, String>, String> value = entry -> expand(flag, entry.getValue());
        return values.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, value));
    }

    private String expand(String flag, String text) {
        if (!text.contains(MARK)) {
            return text;
        }
        try {
            return Template.parse(text).render(data);
        } catch (SkepException wrong) {
            throw SkepException.user(
                    "TEMPLATE_INVALID", flag + " \"" + text + "\": " + wrong.getMessage(), wrong.hint());
        }
    }
}
