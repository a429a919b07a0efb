package org.skep.raft.log;

import java.io.IOException;
import java.nio.file.Path;

/** The log on disk is not what was written to it. */
public final class DamagedLogException extends IOException {

    private final transient Path file;
    private final long position;

    public DamagedLogException(Path file, long position, String what) {
        super(file + " is damaged at byte " + position + ": " + what);
        this.file = file;
        this.position = position;
    }

    public Path file() {
        return file;
    }

    /** Up to where the file is sound. */
    public long position() {
        return position;
    }
}
