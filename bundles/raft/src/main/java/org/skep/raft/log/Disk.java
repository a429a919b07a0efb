package org.skep.raft.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.skep.api.file.DurableFile;

/** Where whole files of the log are written. */
interface Disk {

    Disk LOCAL = new Disk() {
        @Override
        public void write(Path file, ByteBuffer... content) throws IOException {
            DurableFile.write(file, content);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            DurableFile.syncDirectory(directory);
        }
    };

    /** As {@link DurableFile#write(Path, ByteBuffer...)}. */
    void write(Path file, ByteBuffer... content) throws IOException;

    /** As {@link DurableFile#syncDirectory}. */
    void syncDirectory(Path directory) throws IOException;
}
