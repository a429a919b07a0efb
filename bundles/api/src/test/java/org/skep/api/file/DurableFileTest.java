package org.skep.api.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {

    @TempDir
    Path directory;

    @Test
    void replacesTheFileForItsOwnerAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("role"), "viewer and more");

        DurableFile.write(file, ByteBuffer.wrap("ad".getBytes()), ByteBuffer.wrap("min".getBytes()));

        assertThat(file).hasContent("admin");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void whatACrashLeftIsNoHindrance() throws IOException {
        Files.writeString(directory.resolve("role.new"), "half");

        DurableFile.write(directory.resolve("role"), "admin".getBytes());

        assertThat(directory.resolve("role")).hasContent("admin");
        assertThat(directory.resolve("role.new")).doesNotExist();
    }

    @Test
    void aFailureLeavesAllAsItWas() throws IOException {
        Path taken = Files.createDirectories(directory.resolve("role/sub")).getParent();

        assertThatThrownBy(() -> DurableFile.write(taken, "admin".getBytes())).isInstanceOf(IOException.class);

        assertThat(taken.resolve("sub")).isDirectory();
        assertThat(directory.resolve("role.new")).doesNotExist();
    }
}
