package org.skep.scheduler;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.skep.protocol.Mount;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.Placement;
import org.skep.protocol.Platform;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.placement.Constraint;
import org.skep.protocol.placement.PublishedPorts;
import org.skep.protocol.placement.PublishedPorts.Port;
import org.skep.store.View;

/** What a task asks of its node, worked out once for all tasks of a group. */
record TaskNeeds(
        SpecKey key,
        String serviceId,
        Resources reservations,
        Set<Plugin> plugins,
        List<Constraint> constraints,
        List<Platform> platforms,
        Set<Port> hostPorts,
        long maxReplicas) {

    /** A driver, as nodes name theirs. */
    record Plugin(String type, String name) {
        @Override
        public String toString() {
            return type.toLowerCase(Locale.ROOT) + " driver " + name;
        }
    }

    /** @throws org.skep.protocol.placement.InvalidConstraintException if a constraint is wrong */
    static TaskNeeds of(Task task, View view) {
        Placement placement = task.getSpec().getPlacement();
        return new TaskNeeds(
                SpecKey.of(task),
                task.getServiceId(),
                task.getSpec().getResources().getReservations(),
                plugins(task, view),
                Constraint.parseAll(placement.getConstraintsList()),
                placement.getPlatformsList(),
                PublishedPorts.onHost(task.getEndpoint().getPortsList()),
                placement.getMaxReplicas());
    }

    private static Set<Plugin> plugins(Task task, View view) {
        Set<Plugin> plugins = new LinkedHashSet<>();
        for (Mount mount : task.getSpec().getContainer().getMountsList()) {
            if (mount.getType() == Mount.Type.VOLUME) {
                plugins.add(new Plugin("Volume", volumeDriver(mount, view)));
            }
        }
        // Every node has this one, whether it says so or not.
        plugins.remove(new Plugin("Volume", "local"));
        for (NetworkAttachment attachment : task.getNetworksList()) {
            plugins.add(new Plugin(
                    "Network", attachment.getNetwork().getDriverState().getName()));
        }
        if (!task.getLogDriver().getName().isEmpty()) {
            plugins.add(new Plugin("Log", task.getLogDriver().getName()));
        }
        return plugins;
    }

    private static String volumeDriver(Mount mount, View view) {
        String named = mount.getVolumeOptions().getDriverConfig().getName();
        if (!named.isEmpty()) {
            return named;
        }
        return view.volumes()
                .named(mount.getSource())
                .map(volume -> volume.getSpec().getDriver().getName())
                .filter(name -> !name.isEmpty())
                .orElse("local");
    }
}
