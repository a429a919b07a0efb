package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that takes connections and never answers. */
class HungEngineTest {

    @TempDir
    Path directory;

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void keepsNobodyWaitingWhoAsksAboutIt() throws Exception {
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel engine = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            engine.bind(UnixDomainSocketAddress.of(socket));
            EngineAddress address = EngineAddress.of("unix://" + socket);
            EngineClient client = new EngineClient(address);
            DockerRuntime runtime = new DockerRuntime(
                    client, address, Optional.empty(), Duration.ofMillis(200), Duration.ofMillis(200));

            assertThatThrownBy(runtime::info)
                    .hasMessage("the Docker Engine at unix://" + socket + " does not answer: no answer in 200 ms");

            runtime.close();
            client.shut();
        }
    }
}
