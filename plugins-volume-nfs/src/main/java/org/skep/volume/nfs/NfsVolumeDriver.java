package org.skep.volume.nfs;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.api.node.NodeConfig;
import org.skep.api.volume.VolumeDescription;
import org.skep.api.volume.VolumeDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mounts exports of NFS servers for tasks. A volume lives in {@code mounts/nfs/NAME} of the state directory: {@code data}
 * is where it is mounted, and {@code tasks} has an empty file for each task that uses it. So nothing is lost with the
 * daemon or this bundle: the next one sees in the kernel's table what is mounted, and in the files for whom.
 */
@Component(property = "skep.driver=nfs")
public final class NfsVolumeDriver implements VolumeDriver {

    private static final Logger LOG = LoggerFactory.getLogger(NfsVolumeDriver.class);

    /** Names become directories, so they must not lead anywhere else. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private final Path root;
    private final Mounter mounter;

    @Activate
    public NfsVolumeDriver(@Reference NodeConfig config) {
        this(config.stateDir().resolve("mounts").resolve("nfs"), new SystemMounter());
    }

    NfsVolumeDriver(Path root, Mounter mounter) {
        this.root = root;
        this.mounter = mounter;
    }

    @Override
    public void validate(Map<String, String> options) {
        NfsOptions.of(options);
    }

    @Override
    public Path mount(VolumeDescription volume, String taskId) throws InterruptedException {
        NfsOptions options = NfsOptions.of(volume.options());
        Path directory = data(volume);
        try {
            Files.createDirectories(tasks(volume));
            Optional<String> present = mounter.mounted(directory);
            if (present.isPresent() && !present.get().equals(options.source())) {
                replace(volume, present.get(), taskId);
                present = Optional.empty();
            }
            if (present.isEmpty()) {
                // Not before: asking for a directory behind a dead server would hang.
                Files.createDirectories(directory);
                mounter.mount(options.source(), directory, options.mountOptions());
            }
            // Last, so that a volume that could not be mounted has no users.
            Path user = tasks(volume).resolve(name(taskId, "task"));
            if (!Files.exists(user)) {
                Files.createFile(user);
            }
            return directory;
        } catch (Mounter.MountException e) {
            throw SkepException.external(
                    "NFS_MOUNT_FAILED",
                    "cannot mount volume '" + volume.name() + "' from " + options.source() + ": " + e.getMessage(),
                    "",
                    e);
        } catch (IOException e) {
            throw disk(volume, e);
        }
    }

    /** The volume was removed and made anew elsewhere; who still uses the old one keeps it. */
    private void replace(VolumeDescription volume, String present, String taskId)
            throws IOException, InterruptedException {
        Files.deleteIfExists(tasks(volume).resolve(name(taskId, "task")));
        if (used(volume)) {
            throw SkepException.state(
                    "NFS_VOLUME_IN_USE",
                    "volume '" + volume.name() + "' is still mounted from " + present + " for other tasks",
                    "wait for them to end, or use another name");
        }
        mounter.unmount(data(volume));
    }

    @Override
    public void unmount(VolumeDescription volume, String taskId) {
        try {
            Files.deleteIfExists(tasks(volume).resolve(name(taskId, "task")));
            if (!used(volume) && mounter.mounted(data(volume)).isPresent()) {
                mounter.unmount(data(volume));
            }
        } catch (Mounter.MountException e) {
            throw SkepException.external(
                    "NFS_UNMOUNT_FAILED", "cannot unmount volume '" + volume.name() + "': " + e.getMessage(), "", e);
        } catch (IOException e) {
            throw disk(volume, e);
        } catch (InterruptedException e) {
            LOG.warn("volume {} may still be mounted: its unmount was interrupted", volume.name());
            Thread.currentThread().interrupt();
        }
    }

    /** Takes away the mount point; what the server holds is nobody's to delete but its owner's. */
    @Override
    public void remove(VolumeDescription volume) {
        try {
            if (used(volume)) {
                throw SkepException.state(
                        "NFS_VOLUME_IN_USE", "volume '" + volume.name() + "' is in use on this node", "");
            }
            if (mounter.mounted(data(volume)).isPresent()) {
                mounter.unmount(data(volume));
            }
            // One by one, never a tree: if the mount were still there, its files would be the server's.
            Files.deleteIfExists(data(volume));
            Files.deleteIfExists(tasks(volume));
            Files.deleteIfExists(home(volume));
        } catch (DirectoryNotEmptyException e) {
            LOG.warn("{} is not empty though nothing is mounted there; it stays", e.getFile());
        } catch (Mounter.MountException e) {
            throw SkepException.external(
                    "NFS_UNMOUNT_FAILED", "cannot unmount volume '" + volume.name() + "': " + e.getMessage(), "", e);
        } catch (IOException e) {
            throw disk(volume, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean used(VolumeDescription volume) throws IOException {
        if (!Files.isDirectory(tasks(volume))) {
            return false;
        }
        try (DirectoryStream<Path> users = Files.newDirectoryStream(tasks(volume))) {
            return users.iterator().hasNext();
        }
    }

    private Path home(VolumeDescription volume) {
        return root.resolve(name(volume.name(), "volume"));
    }

    private Path data(VolumeDescription volume) {
        return home(volume).resolve("data");
    }

    private Path tasks(VolumeDescription volume) {
        return home(volume).resolve("tasks");
    }

    private static String name(String name, String what) {
        if (!NAME.matcher(name).matches()) {
            throw SkepException.user(
                    "VOLUME_NAME_INVALID",
                    "invalid " + what + " name '" + name + "'",
                    "letters, digits, '_', '.' and '-', beginning with a letter or digit");
        }
        return name;
    }

    private SkepException disk(VolumeDescription volume, IOException cause) {
        return SkepException.resource(
                "VOLUME_FAILED",
                "cannot keep volume '" + volume.name() + "' in " + root + ": " + IoReasons.of(cause),
                "",
                cause);
    }
}
