package org.skep.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {

    @Test
    void readsKeysAndSkipsComments() {
        List<Setting> settings = ConfigFile.parse(
                "skep.conf",
                List.of("# a comment", "", "  hostname =  n1 ", "label = a=b", "label=c = d", "#runtime = x"));

        assertThat(settings)
                .containsExactly(
                        new Setting(Key.HOSTNAME, "n1", "skep.conf:3: hostname"),
                        new Setting(Key.LABEL, "a=b", "skep.conf:4: label"),
                        new Setting(Key.LABEL, "c = d", "skep.conf:5: label"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hostnam = x | skep.conf:1: unknown key 'hostnam' (known keys: state-dir, hostname, ssh-addr, runtime,"
                        + " docker-host, label, generic-resource, log-level)",
                "hostname x | skep.conf:1: 'hostname x' is not of the form key = value",
                "Hostname = x | skep.conf:1: unknown key 'Hostname' (known keys: state-dir, hostname, ssh-addr,"
                        + " runtime, docker-host, label, generic-resource, log-level)",
            })
    void namesTheBadLine(String line, String message) {
        assertThatThrownBy(() -> ConfigFile.parse("skep.conf", List.of(line)))
                .isInstanceOfSatisfying(
                        StartException.class, e -> assertThat(e.exitStatus()).isEqualTo(2))
                .hasMessage(message);
    }

    @Test
    void refusesAKeyThatIsSetTwice() {
        assertThatThrownBy(() -> ConfigFile.parse("skep.conf", List.of("runtime = docker", "runtime = process")))
                .hasMessage("skep.conf:2: key 'runtime' is set twice");
    }

    @Test
    void namesTheLineOfABadValue() {
        List<Setting> settings = ConfigFile.parse("skep.conf", List.of("runtime = podman"));

        assertThatThrownBy(() -> Configuration.of("1", settings))
                .hasMessage("skep.conf:1: runtime: 'podman' is not one of auto, docker, process");
    }

    @Test
    void needsNoFile(@TempDir Path directory) {
        assertThat(ConfigFile.read(directory.resolve("skep.conf"))).isEmpty();
    }

    @Test
    void refusesWhatIsNotText(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("skep.conf"), new byte[] {(byte) 0xff, (byte) 0xfe});

        assertThatThrownBy(() -> ConfigFile.read(file)).hasMessage("cannot read " + file + ": not UTF-8 text");
    }

    @Test
    void commentsOfTheShippedFileAreValidSettings() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("src/main/dist/etc/skep.conf")).stream()
                .filter(line -> line.matches("#[a-z-]+ = .*"))
                .map(line -> line.substring(1))
                .toList();

        assertThat(lines).hasSizeGreaterThanOrEqualTo(Key.values().length);
        assertThat(Configuration.of("1", ConfigFile.parse("skep.conf", lines)).hostname())
                .isEqualTo("node1");
    }
}
