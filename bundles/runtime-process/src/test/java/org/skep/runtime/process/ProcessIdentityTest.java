package org.skep.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {

    @Test
    void knowsAProcessFromAnotherThatGotItsNumber() throws Exception {
        long pid = ProcessHandle.current().pid();
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        String stat = Files.readString(Path.of("/proc/self/stat"));
        long start = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        assertThat(new ProcessIdentity(pid, start, boot).alive()).isTrue();
        assertThat(new ProcessIdentity(pid, start + 1, boot).alive()).isFalse();
        assertThat(new ProcessIdentity(pid, start, "another boot").alive()).isFalse();
        assertThat(new ProcessIdentity(Integer.MAX_VALUE, start, boot).alive()).isFalse();
    }
}
