package org.skep.api.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoReasonsTest {

    @TempDir
    Path directory;

    @Test
    void saysWhatExceptionsLeaveToTheirName() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        Files.createDirectories(directory.resolve("full/sub"));

        assertThat(reason(() -> Files.readString(directory.resolve("none")))).isEqualTo("no such file or directory");
        assertThat(reason(() -> Files.createDirectories(file))).isEqualTo("not a directory");
        assertThat(reason(() -> Files.createFile(directory))).isEqualTo("it exists already");
        assertThat(reason(() -> Files.newDirectoryStream(file))).isEqualTo("not a directory");
        assertThat(reason(() -> Files.delete(directory.resolve("full")))).isEqualTo("the directory is not empty");
        assertThat(IoReasons.of(new AccessDeniedException("/etc/shadow"))).isEqualTo("permission denied");
        assertThat(IoReasons.of(new MalformedInputException(1))).isEqualTo("not UTF-8 text");
    }

    @Test
    void keepsTheWordsThatThereAre() {
        assertThat(IoReasons.of(new FileSystemException("/a", null, "No space left on device")))
                .isEqualTo("No space left on device");
        assertThat(IoReasons.of(new IOException("it is damaged"))).isEqualTo("it is damaged");
        assertThat(IoReasons.of(new IOException())).isEqualTo("input or output failed");
    }

    private static String reason(ThrowingCallable work) {
        return IoReasons.of(catchThrowableOfType(IOException.class, work));
    }
}
