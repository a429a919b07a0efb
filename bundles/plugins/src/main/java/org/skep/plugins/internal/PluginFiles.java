package org.skep.plugins.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.skep.api.SkepException;
import org.skep.api.file.DurableFile;
import org.skep.api.file.IoReasons;

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
            DurableFile.write(file, bundle.jar());
        } catch (IOException e) {
            throw SkepException.resource(
                    "BUNDLE_NOT_SAVED", "cannot write " + file + ": " + IoReasons.of(e), "nothing has changed", e);
        }
    }

    void delete(String name) {
        try {
            Files.deleteIfExists(file(name));
        } catch (IOException e) {
            throw SkepException.resource(
                    "BUNDLE_NOT_DELETED", "cannot delete " + file(name) + ": " + IoReasons.of(e), "", e);
        }
    }

    private Path file(String name) {
        return directory.resolve(name + ".jar");
    }
}
