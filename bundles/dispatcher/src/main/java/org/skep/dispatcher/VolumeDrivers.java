package org.skep.dispatcher;

import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.Mount;
import org.skep.protocol.Task;
import org.skep.protocol.Volume;
import org.skep.store.View;

/** Tells nodes the drivers of the volumes that tasks mount by name, since nodes do not know the swarm's volumes. */
final class VolumeDrivers {

    private static final Driver LOCAL = Driver.newBuilder().setName("local").build();

    private VolumeDrivers() {}

    static Task fill(Task task, View view) {
        ContainerSpec container = task.getSpec().getContainer();
        if (container.getMountsList().stream().noneMatch(VolumeDrivers::lacksDriver)) {
            return task;
        }
        ContainerSpec.Builder filled = container.toBuilder();
        for (int i = 0; i < filled.getMountsCount(); i++) {
            Mount mount = filled.getMounts(i);
            if (lacksDriver(mount)) {
                filled.setMounts(
                        i,
                        mount.toBuilder()
                                .setVolumeOptions(mount.getVolumeOptions().toBuilder()
                                        .setDriverConfig(driver(mount.getSource(), view))));
            }
        }
        return task.toBuilder()
                .setSpec(task.getSpec().toBuilder().setContainer(filled))
                .build();
    }

    private static boolean lacksDriver(Mount mount) {
        return mount.getType() == Mount.Type.VOLUME
                && mount.getVolumeOptions().getDriverConfig().getName().isEmpty();
    }

    private static Driver driver(String volume, View view) {
        return view.volumes()
                .named(volume)
                .map(Volume::getSpec)
                .map(spec -> spec.getDriver().getName().isEmpty()
                        ? spec.getDriver().toBuilder().setName(LOCAL.getName()).build()
                        : spec.getDriver())
                .orElse(LOCAL);
    }
}
