package org.skep.volume.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemMounterTest {

    @TempDir
    Path scratch;

    @Test
    void putsTheReasonOnOneLine() {
        assertThatThrownBy(() -> mounter("echo 'mount.nfs: Connection refused'; echo; echo more >&2; exit 32")
                        .mount("nas:/x", scratch, List.of("soft")))
                .isInstanceOf(Mounter.MountException.class)
                .hasMessage("mount.nfs: Connection refused; more");
        assertThatThrownBy(() -> mounter("exit 5").mount("nas:/x", scratch, List.of("soft")))
                .hasMessage("exit status 5");
    }

    @Test
    void handsEverythingOver() throws Exception {
        Path seen = scratch.resolve("seen");
        mounter("echo \"$@\" >" + seen).mount("nas:/x", Path.of("/mnt/d"), List.of("vers=4", "soft"));
        assertThat(seen).hasContent("-t nfs -o vers=4,soft nas:/x /mnt/d");
    }

    @Test
    void doesNotWaitForEver() {
        assertThatThrownBy(() -> mounter("sleep 60").mount("nas:/x", scratch, List.of("soft")))
                .hasMessage("no answer in 0 s");
    }

    @Test
    void saysWhenAProgramIsMissing() {
        SystemMounter mounter = new SystemMounter(
                List.of("/no/such/mount"), List.of("false"), scratch.resolve("info"), Duration.ofSeconds(1));
        assertThatThrownBy(() -> mounter.mount("nas:/x", scratch, List.of("soft")))
                .isInstanceOf(Mounter.MountException.class)
                .hasMessageContaining("cannot run /no/such/mount");
    }

    @Test
    void readsTheKernelsTable() throws Exception {
        Files.writeString(scratch.resolve("info"), """
                22 1 0:21 / / rw - ext4 /dev/sda rw
                30 22 0:40 / /mnt/my\\040data rw,relatime shared:1 - nfs4 10.0.0.1:/export rw,vers=4.2
                """);
        assertThat(mounter("true").mounted(Path.of("/mnt/my data"))).contains("10.0.0.1:/export");
        assertThat(mounter("true").mounted(Path.of("/mnt/other"))).isEmpty();
    }

    @Test
    void leavesWhatIsNoLongerMounted() throws Exception {
        Files.writeString(scratch.resolve("info"), "");
        assertThatCode(() -> mounter("exit 1").unmount(Path.of("/mnt/d"))).doesNotThrowAnyException();
    }

    private SystemMounter mounter(String script) {
        List<String> shell = List.of("sh", "-c", script, "sh");
        return new SystemMounter(
                shell, shell, scratch.resolve("info"), Duration.ofMillis(script.startsWith("sleep") ? 300 : 5000));
    }
}
