package org.skep.itests.hosts;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.skep.itests.Commands;

/** A file system of its own in a file, for a host whose disk is to be small. It survives the loss of power. */
record Disk(Path file) {

    static Disk format(Path file, int mebibytes) {
        try {
            Files.createDirectories(file.getParent());
            try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
                image.setLength(mebibytes * 1024L * 1024L);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Commands.run(List.of("mkfs.ext4", "-q", "-F", "-m", "0", file.toString()))
                .expectSuccess();
        return new Disk(file);
    }
}
