package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;
import org.skep.api.runtime.RuntimeDriver;

class EngineAddressTest {

    @ParameterizedTest
    @CsvSource({
        "unix:///run/docker.sock, unix:///run/docker.sock",
        "tcp://10.0.0.1:2376, tcp://10.0.0.1:2376",
        "tcp://engine, tcp://engine:2375",
    })
    void takesWhatDockerTakes(String given, String meant) {
        assertThat(EngineAddress.of(given).uri()).hasToString(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "docker", "unix://", "unix:run", "tcp://", "http://engine", "tcp://a b"})
    void namesAnAddressThatIsNone(String given) {
        assertThatThrownBy(() -> EngineAddress.of(given))
                .isInstanceOf(SkepException.class)
                .hasMessage("\"" + given + "\" is not the address of a Docker Engine");
    }

    @Test
    void tellsThatNobodyListens(@TempDir Path directory) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
            EngineAddress.of("tcp://127.0.0.1:" + port).probe();
        }
        assertThatThrownBy(() -> EngineAddress.of("tcp://127.0.0.1:" + port).probe())
                .asInstanceOf(type(SkepException.class))
                .extracting(SkepException::code)
                .isEqualTo(RuntimeDriver.UNAVAILABLE);
        assertThatThrownBy(
                        () -> EngineAddress.of("unix://" + directory + "/none").probe())
                .isInstanceOf(SkepException.class)
                .hasMessageContaining(directory + "/none does not answer: there is no such socket");
    }
}
