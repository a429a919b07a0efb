package org.skep.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.api.runtime.TaskMount;
import org.skep.protocol.Mount;
import org.skep.protocol.worker.WorkerTask;

/** The mounts of a task as its runtime sees them. */
final class TaskMounts {

    private TaskMounts() {}

    /** Volumes that are not attached are left out. */
    static List<TaskMount> of(WorkerTask record) {
        List<TaskMount> mounts = new ArrayList<>();
        for (Mount mount : record.getTask().getSpec().getContainer().getMountsList()) {
            if (mount.getType() == Mount.Type.VOLUME && !Attachments.mounted(record, mount)) {
                continue;
            }
            mounts.add(
                    switch (mount.getType()) {
                        case BIND -> bind(mount, mount.getSource(), false);
                        case VOLUME ->
                            bind(
                                    mount,
                                    inside(Path.of(record.getVolumePathsOrThrow(mount.getTarget())), mount),
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

    /** A task may have left links in the volume; none may lead out of it. */
    private static String inside(Path volume, Mount mount) {
        String subpath = mount.getVolumeOptions().getSubpath();
        if (subpath.isEmpty()) {
            return volume.toString();
        }
        try {
            Path real = volume.resolve(subpath).toRealPath();
            if (real.startsWith(volume.toRealPath()) && Files.isDirectory(real)) {
                return real.toString();
            }
        } catch (IOException e) {
            throw notInside(mount, subpath, ": " + IoReasons.of(e));
        }
        throw notInside(mount, subpath, "");
    }

    private static SkepException notInside(Mount mount, String subpath, String why) {
        return SkepException.user(
                "VOLUME_SUBPATH_MISSING",
                "volume-subpath " + subpath + " of " + mount.getTarget() + " is no directory of the volume "
                        + mount.getSource() + why,
                "");
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
                populate,
                new TaskMount.Binding(
                        recursion(mount.getBindOptions()),
                        mount.getBindOptions().getCreatemountpoint(),
                        mount.getConsistency() == Mount.Consistency.DEFAULT
                                ? ""
                                : mount.getConsistency().name().toLowerCase(Locale.ROOT)));
    }

    private static TaskMount.Recursion recursion(Mount.BindOptions options) {
        if (options.getNonrecursive()) {
            return TaskMount.Recursion.DISABLED;
        }
        if (options.getReadonlynonrecursive()) {
            return TaskMount.Recursion.WRITABLE;
        }
        return options.getReadonlyforcerecursive() ? TaskMount.Recursion.READONLY : TaskMount.Recursion.ENABLED;
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
}
