package org.skep.volume.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;
import org.skep.api.testing.VolumeDriverContract;
import org.skep.api.volume.VolumeDescription;
import org.skep.api.volume.VolumeDriver;

class NfsVolumeDriverTest extends VolumeDriverContract {

    @TempDir
    Path mounts;

    private final FakeMounter mounter = new FakeMounter();
    private NfsVolumeDriver driver;

    @BeforeEach
    void open() {
        restarted();
    }

    @Override
    protected VolumeDriver driver() {
        return driver;
    }

    @Override
    protected VolumeDriver restarted() {
        driver = new NfsVolumeDriver(mounts, mounter);
        return driver;
    }

    @Override
    protected Map<String, String> options() {
        return Map.of("server", "nas", "path", "/export");
    }

    @Test
    void mountsOnceAndUnmountsAfterTheLast() throws Exception {
        driver.mount(volume("data"), "task1");
        driver.mount(volume("data"), "task2");
        assertThat(mounter.mounts).isOne();
        driver.unmount(volume("data"), "task1");
        assertThat(mounter.table).hasSize(1);
        driver.unmount(volume("data"), "task2");
        assertThat(mounter.table).isEmpty();
    }

    @Test
    void remembersItsUsersOverARestart() throws Exception {
        driver.mount(volume("data"), "task1");
        driver.mount(volume("data"), "task2");
        restarted();
        driver.unmount(volume("data"), "task1");
        assertThat(mounter.table).hasSize(1);
        driver.unmount(volume("data"), "task2");
        assertThat(mounter.table).isEmpty();
    }

    @Test
    void mountsAgainWhatTheHostLost() throws Exception {
        driver.mount(volume("data"), "task1");
        mounter.table.clear();
        driver.mount(volume("data"), "task1");
        assertThat(mounter.mounts).isEqualTo(2);
    }

    @Test
    void tellsTheReasonAndKeepsNoUser() throws Exception {
        mounter.failure = Optional.of("mount.nfs: Connection refused");
        assertThatThrownBy(() -> driver.mount(volume("data"), "task1"))
                .isInstanceOf(SkepException.class)
                .hasMessage("cannot mount volume 'data' from nas:/export: mount.nfs: Connection refused");
        assertThat(mounts.resolve("data/tasks")).isEmptyDirectory();
    }

    @Test
    void doesNotMixTwoVolumesOfOneName() throws Exception {
        driver.mount(volume("data"), "task1");
        VolumeDescription other = new VolumeDescription("data", Map.of("server", "nas", "path", "/other"));
        assertThatThrownBy(() -> driver.mount(other, "task2"))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("still mounted from nas:/export");
        driver.unmount(volume("data"), "task1");
        Path path = driver.mount(other, "task2");
        assertThat(mounter.table).containsEntry(path, "nas:/other");
    }

    @Test
    void refusesToRemoveWhatIsUsed() throws Exception {
        driver.mount(volume("data"), "task1");
        assertThatThrownBy(() -> driver.remove(volume("data")))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void neverDeletesFilesOfAServer() throws Exception {
        Path data = driver.mount(volume("data"), "task1");
        Files.writeString(data.resolve("file"), "precious");
        driver.unmount(volume("data"), "task1");
        driver.remove(volume("data"));
        assertThat(data.resolve("file")).hasContent("precious");
    }

    @Test
    void refusesNamesThatLeadElsewhere() {
        for (String name : new String[] {"..", "../x", "a/b", ""}) {
            assertThatThrownBy(() -> driver.mount(new VolumeDescription(name, options()), "task1"))
                    .isInstanceOf(SkepException.class)
                    .hasMessageContaining("invalid volume name");
        }
    }
}
