package org.skep.itests.hosts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Scripts that come with the tests. */
final class Resources {

    private Resources() {}

    /** A copy of the script in {@code directory}, where other programs can read it. */
    static Path file(Path directory, String name) {
        Path copy = directory.resolve(name);
        try (InputStream in = Resources.class.getResourceAsStream(name)) {
            if (!Files.exists(copy)) {
                Files.copy(in, copy);
            }
            return copy;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
