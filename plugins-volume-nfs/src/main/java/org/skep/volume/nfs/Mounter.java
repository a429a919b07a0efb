package org.skep.volume.nfs;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The host's mounts. */
interface Mounter {

    /** @throws MountException with the words of the kernel or the server */
    void mount(String source, Path directory, List<String> options) throws InterruptedException;

    /**
     * Ends a mount, even if its server is dead or somebody still stands in it.
     *
     * @throws MountException if even that fails
     */
    void unmount(Path directory) throws InterruptedException;

    /** What is mounted there now; empty if nothing is. */
    Optional<String> mounted(Path directory);

    /** Says why in one line. */
    final class MountException extends RuntimeException {
        MountException(String message) {
            super(message);
        }
    }
}
