package org.skep.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.NodeConfig.LogLevel;
import org.skep.api.node.NodeConfig.RuntimeChoice;
import org.skep.api.runtime.GenericResource;

class ConfigurationTest {

    @Test
    void takesGenericResources() {
        assertThat(of("generic-resource=gpu=a", "generic-resource=gpu=b", "generic-resource=ssd=4")
                        .genericResources())
                .containsExactly(
                        GenericResource.named("gpu", "a"),
                        GenericResource.named("gpu", "b"),
                        GenericResource.discrete("ssd", 4));
    }

    @ParameterizedTest
    @CsvSource({"gpu=a,gpu=a", "gpu=a,gpu=2", "gpu=2,gpu=a", "gpu=2,gpu=3"})
    void refusesGenericResourcesThatDoNotGoTogether(String one, String other) {
        assertThatThrownBy(() -> of("generic-resource=" + one, "generic-resource=" + other))
                .hasMessageStartingWith(
                        "--generic-resource: '" + other + "' does not go together with another value for gpu");
    }

    @Test
    void hasDefaults() {
        NodeConfig config = Configuration.of("1.2.3", List.of());

        assertThat(config.version()).isEqualTo("1.2.3");
        assertThat(config.hostname()).isNotBlank();
        assertThat(config.sshAddress().getHostString()).isEqualTo("127.0.0.1");
        assertThat(config.sshAddress().getPort()).isEqualTo(8022);
        assertThat(config.runtime()).isEqualTo(RuntimeChoice.AUTO);
        assertThat(config.dockerHost()).isEmpty();
        assertThat(config.labels()).isEmpty();
        assertThat(config.logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(config.stateDir()).isAbsolute();
    }

    @Test
    void takesTheLaterOfTwoValuesAndAllLabels() {
        NodeConfig config = of("hostname=one", "label=a=1", "label=b=2=3", "hostname=two", "label=a=4");

        assertThat(config.hostname()).isEqualTo("two");
        assertThat(config.labels()).hasSize(2).containsEntry("a", "4").containsEntry("b", "2=3");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:22, 127.0.0.1, 22",
        "0.0.0.0:0, 0.0.0.0, 0",
        ":8022, 0.0.0.0, 8022",
        "[::1]:8022, ::1, 8022",
        "localhost:65535, localhost, 65535"
    })
    void readsAddresses(String text, String host, int port) {
        NodeConfig config = of("ssh-addr=" + text);

        assertThat(config.sshAddress().getHostString().replace("0:0:0:0:0:0:0:1", "::1"))
                .isEqualTo(host);
        assertThat(config.sshAddress().getPort()).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource({"auto, AUTO", "docker, DOCKER", "Process, PROCESS"})
    void readsRuntimes(String text, RuntimeChoice runtime) {
        assertThat(of("runtime=" + text).runtime()).isEqualTo(runtime);
    }

    @Test
    void makesPathsAbsolute() {
        assertThat(of("state-dir=a/../b").stateDir())
                .isEqualTo(Path.of("b").toAbsolutePath().normalize());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssh-addr=8022 | --ssh-addr: '8022' is not of the form HOST:PORT",
                "ssh-addr=::1:8022 | --ssh-addr: '::1:8022' is not of the form HOST:PORT",
                "ssh-addr=localhost: | --ssh-addr: 'localhost:' has no port between 0 and 65535",
                "ssh-addr=localhost:x | --ssh-addr: 'localhost:x' has no port between 0 and 65535",
                "ssh-addr=localhost:65536 | --ssh-addr: 'localhost:65536' has no port between 0 and 65535",
                "ssh-addr=localhost:-1 | --ssh-addr: 'localhost:-1' has no port between 0 and 65535",
                "ssh-addr=no.such.host.invalid:1 | --ssh-addr: 'no.such.host.invalid:1' names an unknown host",
                "runtime=podman | --runtime: 'podman' is not one of auto, docker, process",
                "runtime= | --runtime: '' is empty",
                "log-level=loud | --log-level: 'loud' is not one of error, warn, info, debug, trace",
                "generic-resource=gpu | --generic-resource: 'gpu' is not of the form kind=name or kind=amount",
                "generic-resource=gpu= | --generic-resource: 'gpu=' is not of the form kind=name or kind=amount",
                "label=x | --label: 'x' is not of the form key=value",
                "label==x | --label: '=x' is not of the form key=value",
                "hostname=a b | --hostname: 'a b' is not a host name (letters, digits, '.', '-' and '_')",
                "hostname=-a | --hostname: '-a' is not a host name (letters, digits, '.', '-' and '_')",
                "docker-host=localhost | --docker-host: 'localhost' is not of the form unix:///PATH or tcp://HOST:PORT",
                "docker-host=ssh://x | --docker-host: 'ssh://x' is not of the form unix:///PATH or tcp://HOST:PORT",
                "state-dir= | --state-dir: '' is empty",
            })
    void namesTheFlagAndTheBadValue(String setting, String line) {
        assertThatThrownBy(() -> of(setting))
                .isInstanceOfSatisfying(
                        StartException.class, e -> assertThat(e.exitStatus()).isEqualTo(2))
                .hasMessage(line);
    }

    private static NodeConfig of(String... settings) {
        List<Setting> list = new ArrayList<>();
        Arrays.stream(settings).forEach(text -> {
            int equals = text.indexOf('=');
            list.add(Setting.flag(Key.of(text.substring(0, equals)), text.substring(equals + 1)));
        });
        return Configuration.of("1.2.3", list);
    }
}
