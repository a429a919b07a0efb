package org.skep.volume.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.file.DirectoryTree;
import org.skep.api.file.IoReasons;
import org.skep.api.node.NodeConfig;
import org.skep.api.volume.VolumeDescription;
import org.skep.api.volume.VolumeDriver;

/**
 * A volume is the directory {@code volumes/NAME/_data} of the node's state directory: every node has its own, and what is
 * in it stays when tasks go, until the volume is removed. There are no options.
 */
@Component(property = "skep.driver=local")
public final class LocalVolumeDriver implements VolumeDriver {

    /** A name becomes a directory, so it must not lead anywhere else. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private static final String DATA = "_data";

    private final Path volumes;

    @Activate
    public LocalVolumeDriver(@Reference NodeConfig config) {
        this(config.stateDir().resolve("volumes"));
    }

    LocalVolumeDriver(Path volumes) {
        this.volumes = volumes;
    }

    @Override
    public void validate(Map<String, String> options) {
        if (!options.isEmpty()) {
            throw SkepException.user(
                    "VOLUME_OPTION_UNKNOWN",
                    "volume driver local has no option '" + new TreeSet<>(options.keySet()).first() + "'",
                    "it takes none");
        }
    }

    @Override
    public Path mount(VolumeDescription volume, String taskId) {
        validate(volume.options());
        Path data = directory(volume).resolve(DATA);
        try {
            return Files.createDirectories(data);
        } catch (IOException e) {
            throw SkepException.resource(
                    "VOLUME_FAILED",
                    "cannot make volume '" + volume.name() + "' in " + data + ": " + IoReasons.of(e),
                    "",
                    e);
        }
    }

    @Override
    public void unmount(VolumeDescription volume, String taskId) {
        // The directory stays, for the next task.
    }

    @Override
    public void remove(VolumeDescription volume) {
        Path directory = directory(volume);
        try {
            DirectoryTree.delete(directory);
        } catch (IOException e) {
            throw SkepException.resource(
                    "VOLUME_FAILED",
                    "cannot remove volume '" + volume.name() + "' from " + directory + ": " + IoReasons.of(e),
                    "",
                    e);
        }
    }

    private Path directory(VolumeDescription volume) {
        if (!NAME.matcher(volume.name()).matches()) {
            throw SkepException.user(
                    "VOLUME_NAME_INVALID",
                    "invalid volume name '" + volume.name() + "'",
                    "letters, digits, '_', '.' and '-', beginning with a letter or digit");
        }
        return volumes.resolve(volume.name());
    }
}
