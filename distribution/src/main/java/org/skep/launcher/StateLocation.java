package org.skep.launcher;

import java.nio.file.Path;
import java.util.List;

/** Where a node keeps its state if nobody says otherwise: the daemon and the client must agree on it. */
public final class StateLocation {

    private StateLocation() {}

    /**
     * The state directory of the daemon that an installation starts.
     *
     * @throws IllegalArgumentException naming what is wrong in {@code etc/skep.conf}
     */
    public static Path of(Path home) {
        try {
            List<Setting> settings = ConfigFile.read(home.resolve("etc/skep.conf"));
            return Configuration.of("", settings).stateDir();
        } catch (StartException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
