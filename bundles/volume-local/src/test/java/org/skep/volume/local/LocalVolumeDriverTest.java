package org.skep.volume.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;
import org.skep.api.testing.VolumeDriverContract;
import org.skep.api.volume.VolumeDescription;
import org.skep.api.volume.VolumeDriver;

class LocalVolumeDriverTest extends VolumeDriverContract {

    @TempDir
    Path stateDir;

    private VolumeDriver driver;

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
        driver = new LocalVolumeDriver(stateDir.resolve("volumes"));
        return driver;
    }

    @Override
    protected Map<String, String> options() {
        return Map.of();
    }

    @Test
    void keepsDataInTheStateDirectory() throws Exception {
        assertThat(driver.mount(volume("data"), "task1")).isEqualTo(stateDir.resolve("volumes/data/_data"));
    }

    @Test
    void removesDataButNotWhatItLinksTo() throws Exception {
        Path outside = Files.writeString(stateDir.resolve("outside"), "kept");
        Path data = driver.mount(volume("data"), "task1");
        Files.createSymbolicLink(data.resolve("link"), outside);
        Files.createDirectories(data.resolve("a/b"));
        driver.remove(volume("data"));
        assertThat(stateDir.resolve("volumes/data")).doesNotExist();
        assertThat(outside).hasContent("kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../etc", "a/b", "/etc", "-x", "a\nb"})
    void refusesNamesThatLeadElsewhere(String name) {
        assertThatThrownBy(() -> driver.mount(new VolumeDescription(name, Map.of()), "task1"))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("invalid volume name");
        assertThatThrownBy(() -> driver.remove(new VolumeDescription(name, Map.of())))
                .isInstanceOf(SkepException.class);
    }
}
