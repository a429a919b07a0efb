package org.skep.volume.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.skep.api.SkepException;
import org.skep.api.volume.VolumeDescription;

/** What {@link RealMountIT} runs inside of the guest, as root, against the server at 10.98.7.1. */
final class Guest {

    private static final Path ROOT = Path.of("/tmp/state/mounts/nfs");
    private static final String SERVER = "10.98.7.1";

    private final NfsVolumeDriver driver = new NfsVolumeDriver(ROOT, new SystemMounter());

    private Guest() {}

    public static void main(String[] args) throws Exception {
        Guest guest = new Guest();
        guest.readsAndWrites();
        guest.survivesARestart();
        guest.namesAWrongPath();
        guest.namesADeadServer();
        guest.letsGoOfAServerThatDied();
        System.out.println("the guest is content");
    }

    private void readsAndWrites() throws Exception {
        VolumeDescription volume = volume("data", Map.of());
        Path path = driver.mount(volume, "task1");
        assertThat(mounts()).contains(path + " nfs4 ");
        assertThat(path.resolve("from-server")).hasContent("hello guest");
        Files.writeString(path.resolve("from-guest"), "hello server");
        assertThat(driver.mount(volume, "task2")).isEqualTo(path);
        driver.unmount(volume, "task1");
        assertThat(path.resolve("from-guest")).hasContent("hello server");
        driver.unmount(volume, "task2");
        assertThat(mounts()).doesNotContain(path.toString());
        assertThat(path).isEmptyDirectory();
        driver.remove(volume);
        assertThat(ROOT.resolve("data")).doesNotExist();
    }

    private void survivesARestart() throws Exception {
        VolumeDescription volume = volume("kept", Map.of("options", "soft,timeo=20"));
        Path path = driver.mount(volume, "task1");
        NfsVolumeDriver next = new NfsVolumeDriver(ROOT, new SystemMounter());
        assertThat(next.mount(volume, "task1")).isEqualTo(path);
        assertThat(mounts().lines().filter(line -> line.contains(path.toString())))
                .hasSize(1);
        try (var held = Files.newInputStream(path.resolve("from-server"))) {
            // Somebody still reads: the mount leaves the tree all the same.
            next.unmount(volume, "task1");
            assertThat(mounts()).doesNotContain(path.toString());
            assertThat(held.read()).isEqualTo('h');
        }
    }

    private void namesAWrongPath() {
        VolumeDescription volume =
                new VolumeDescription("wrong", Map.of("server", SERVER, "path", "/nowhere", "version", "4.2"));
        assertThatThrownBy(() -> driver.mount(volume, "task1"))
                .isInstanceOf(SkepException.class)
                .hasMessageStartingWith("cannot mount volume 'wrong' from 10.98.7.1:/nowhere: ")
                .hasMessageContaining("No such file or directory")
                .hasMessageNotContaining("\n");
    }

    private void namesADeadServer() {
        assertThatThrownBy(() -> driver.mount(volume("dead", Map.of("options", "port=1")), "task1"))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("Connection refused")
                .hasMessageNotContaining("\n");
    }

    /** The last one: the network is gone afterwards. */
    private void letsGoOfAServerThatDied() throws Exception {
        NfsVolumeDriver impatient = new NfsVolumeDriver(
                ROOT,
                new SystemMounter(
                        List.of("mount"), List.of("umount"), Path.of("/proc/self/mountinfo"), Duration.ofSeconds(5)));
        VolumeDescription volume = volume("dying", Map.of());
        Path path = impatient.mount(volume, "task1");
        assertThat(new ProcessBuilder("ip", "link", "set", "vec0", "down")
                        .start()
                        .waitFor())
                .isZero();
        impatient.unmount(volume, "task1");
        assertThat(mounts()).doesNotContain(path.toString());
    }

    private static VolumeDescription volume(String name, Map<String, String> more) {
        Map<String, String> options = new java.util.HashMap<>(more);
        options.putAll(Map.of("server", SERVER, "path", "/export", "version", "4.2"));
        return new VolumeDescription(name, options);
    }

    private static String mounts() throws Exception {
        return Files.readString(Path.of("/proc/self/mounts"));
    }
}
