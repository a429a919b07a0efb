package org.skep.plugins.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.skep.api.SkepException;

/**
 * The jars of installed plug-ins, {@code bundles/<symbolic name>.jar} in the state directory. The framework's cache may
 * be thrown away at any time; the launcher fills it again from here.
 */
final class PluginFiles {

    private static final String LOCATION = "plugin:";

    private final Path directory;

    PluginFiles(Path stateDir) {
        directory = stateDir.resolve("bundles");
    }

    /** What the framework, and the launcher, call a plug-in. */
    static String location(String name) {
        return LOCATION + name + ".jar";
    }

    static boolean isPlugin(String location) {
        return location.startsWith(LOCATION);
    }

    /** Keeps the jar; it is on disk when this returns. */
    void save(BundleFile bundle) {
        Path file = file(bundle.name());
        try {
            Files.createDirectories(directory);
            Path half = Files.createTempFile(directory, ".new", ".tmp");
            try {
                try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
                    ByteBuffer content = ByteBuffer.wrap(bundle.jar());
                    while (content.hasRemaining()) {
                        channel.write(content);
                    }
                    channel.force(true);
                }
                Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(half);
            }
        } catch (IOException e) {
            throw SkepException.resource(
                    "BUNDLE_NOT_SAVED", "cannot write " + file + ": " + e.getMessage(), "nothing has changed", e);
        }
    }

    void delete(String name) {
        try {
            Files.deleteIfExists(file(name));
        } catch (IOException e) {
            throw SkepException.resource(
                    "BUNDLE_NOT_DELETED", "cannot delete " + file(name) + ": " + e.getMessage(), "", e);
        }
    }

    private Path file(String name) {
        return directory.resolve(name + ".jar");
    }
}
