package org.skep.scheduler;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.skep.protocol.Mount;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.Placement;
import org.skep.protocol.Platform;
import org.skep.protocol.Task;
import org.skep.protocol.placement.Constraint;
import org.skep.store.View;

/** What a task asks of a node whatever else runs there. Tasks of many services ask for the same. */
record NodeKind(Set<Plugin> plugins, List<Constraint> constraints, List<Platform> platforms) {

    /** The driver of volumes whose data stays on its node. Every node has it, whether it says so or not. */
    static final String LOCAL = "local";

    /** A driver, as nodes name theirs. */
    record Plugin(String type, String name) {
        @Override
        public String toString() {
            return type.toLowerCase(Locale.ROOT) + " driver " + name;
        }
    }

    /** @throws org.skep.protocol.placement.InvalidConstraintException if a constraint is wrong */
    static NodeKind of(Task task, View view) {
        Placement placement = task.getSpec().getPlacement();
        return new NodeKind(
                plugins(task, view), Constraint.parseAll(placement.getConstraintsList()), placement.getPlatformsList());
    }

    private static Set<Plugin> plugins(Task task, View view) {
        Set<Plugin> plugins = new LinkedHashSet<>();
        for (Mount mount : task.getSpec().getContainer().getMountsList()) {
            if (mount.getType() == Mount.Type.VOLUME) {
                plugins.add(new Plugin("Volume", volumeDriver(mount, view)));
            }
        }
        plugins.remove(new Plugin("Volume", LOCAL));
        for (NetworkAttachment attachment : task.getNetworksList()) {
            plugins.add(new Plugin(
                    "Network", attachment.getNetwork().getDriverState().getName()));
        }
        if (!task.getLogDriver().getName().isEmpty()) {
            plugins.add(new Plugin("Log", task.getLogDriver().getName()));
        }
        return plugins;
    }

    static String volumeDriver(Mount mount, View view) {
        String named = mount.getVolumeOptions().getDriverConfig().getName();
        if (!named.isEmpty()) {
            return named;
        }
        return view.volumes()
                .named(mount.getSource())
                .map(volume -> volume.getSpec().getDriver().getName())
                .filter(name -> !name.isEmpty())
                .orElse(LOCAL);
    }
}
