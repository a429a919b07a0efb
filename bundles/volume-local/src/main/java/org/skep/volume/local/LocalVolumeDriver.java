package org.skep.volume.local;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
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
                    "cannot make volume '" + volume.name() + "' in " + data + ": " + e.getMessage(),
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
            delete(directory);
        } catch (IOException e) {
            throw SkepException.resource(
                    "VOLUME_FAILED",
                    "cannot remove volume '" + volume.name() + "' from " + directory + ": " + e.getMessage(),
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

    /** Links are removed, what they lead to is not. */
    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
