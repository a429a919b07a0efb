package org.skep.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {

    @TempDir
    Path temp;

    @Test
    void isForItsOwnerAlone() throws Exception {
        Path path = temp.resolve("a/b");
        try (StateDirectory state = StateDirectory.open(path)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.path())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void isHeldByOneDaemonWhichItNames() throws Exception {
        try (StateDirectory first = StateDirectory.open(temp)) {
            assertThatThrownBy(() -> StateDirectory.open(first.path()))
                    .isInstanceOfSatisfying(StartException.class, e -> assertThat(e.exitStatus())
                            .isEqualTo(1))
                    .hasMessage("the state directory " + temp + " is in use by another skepd, process "
                            + ProcessHandle.current().pid());
        }
        try (StateDirectory again = StateDirectory.open(temp)) {
            assertThat(again.path()).isEqualTo(temp);
        }
    }

    @Test
    void saysThatAFileIsInTheWay() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));

        assertThatThrownBy(() -> StateDirectory.open(file))
                .hasMessage("cannot use the state directory " + file + ": not a directory");
    }

    @Test
    void saysThatPermissionIsMissing() throws Exception {
        assumeFalse("root".equals(System.getProperty("user.name")), "root may write everywhere");
        Path locked = Files.createDirectory(
                temp.resolve("locked"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-x------")));

        assertThatThrownBy(() -> StateDirectory.open(locked.resolve("state")))
                .hasMessage("cannot use the state directory " + locked.resolve("state") + ": permission denied");
        assertThatThrownBy(() -> StateDirectory.open(locked))
                .hasMessage("no permission to write to the state directory " + locked);
    }
}
