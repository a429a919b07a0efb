package org.skep.api.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.volume.VolumeDescription;
import org.skep.api.volume.VolumeDriver;

/** What every volume driver must do. Extend it, and say how to make a driver and what options it wants. */
public abstract class VolumeDriverContract {

    /** The driver under test; called again, the same one. */
    protected abstract VolumeDriver driver();

    /** A driver as it would be after the daemon was killed and started again; {@link #driver} is that one from now on. */
    protected abstract VolumeDriver restarted();

    /** Options that make a volume which can be mounted here and now. */
    protected abstract Map<String, String> options();

    @Test
    void acceptsGoodOptions() {
        assertThatCode(() -> driver().validate(options())).doesNotThrowAnyException();
    }

    @Test
    void namesAnOptionItDoesNotKnow() {
        Map<String, String> options = new HashMap<>(options());
        options.put("colour", "blue");
        assertThatThrownBy(() -> driver().validate(options))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("colour")
                .hasMessageNotContaining("\n");
    }

    @Test
    void keepsDataFromTaskToTask() throws Exception {
        VolumeDescription volume = volume("data");
        Path first = driver().mount(volume, "task1");
        assertThat(first).isAbsolute().isDirectory();
        Files.writeString(first.resolve("greeting"), "hello");
        driver().unmount(volume, "task1");

        Path second = driver().mount(volume, "task2");
        assertThat(second.resolve("greeting")).hasContent("hello");
        driver().unmount(volume, "task2");
    }

    @Test
    void sharesAVolumeBetweenTasks() throws Exception {
        VolumeDescription volume = volume("shared");
        Path first = driver().mount(volume, "task1");
        Path second = driver().mount(volume, "task2");
        Files.writeString(first.resolve("greeting"), "hello");
        assertThat(second.resolve("greeting")).hasContent("hello");
        driver().unmount(volume, "task1");
        assertThat(second.resolve("greeting")).hasContent("hello");
        driver().unmount(volume, "task2");
    }

    @Test
    void keepsVolumesApart() throws Exception {
        assertThat(driver().mount(volume("one"), "task1")).isNotEqualTo(driver().mount(volume("two"), "task1"));
        driver().unmount(volume("one"), "task1");
        driver().unmount(volume("two"), "task1");
    }

    @Test
    void findsItsWorkDone() throws Exception {
        VolumeDescription volume = volume("again");
        Path path = driver().mount(volume, "task1");
        assertThat(driver().mount(volume, "task1")).isEqualTo(path);
        driver().unmount(volume, "task1");
        driver().unmount(volume, "task1");
        driver().unmount(volume("never"), "task1");
    }

    @Test
    void survivesARestart() throws Exception {
        VolumeDescription volume = volume("kept");
        Path path = driver().mount(volume, "task1");
        Files.writeString(path.resolve("greeting"), "hello");

        VolumeDriver restarted = restarted();
        assertThat(path.resolve("greeting")).hasContent("hello");
        assertThat(restarted.mount(volume, "task1")).isEqualTo(path);
        restarted.unmount(volume, "task1");
        restarted.remove(volume);
        restarted.remove(volume);
    }

    protected final VolumeDescription volume(String name) {
        return new VolumeDescription(name, options());
    }
}
