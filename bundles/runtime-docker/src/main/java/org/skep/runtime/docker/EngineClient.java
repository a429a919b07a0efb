package org.skep.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.DockerClientDelegate;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.node.NodeConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to the engine, for every bundle of this node. Connects when it is first used. */
@Component(service = DockerClient.class)
public final class EngineClient extends DockerClientDelegate {

    private static final Logger LOG = LoggerFactory.getLogger(EngineClient.class);

    private final EngineAddress address;
    private DockerClient client;
    private boolean closed;

    @Activate
    public EngineClient(@Reference NodeConfig config) {
        this(config.dockerHost().map(EngineAddress::of).orElseGet(EngineAddress::local));
    }

    EngineClient(EngineAddress address) {
        this.address = address;
    }

    @Override
    protected synchronized DockerClient getDockerClient() {
        if (closed) {
            throw new IllegalStateException("the engine's client is closed");
        }
        if (client == null) {
            // A builder of its own, not the default one: that would read DOCKER_* behind the configuration's back.
            var config = new DefaultDockerClientConfig.Builder()
                    .withDockerHost(address.uri().toString())
                    .withDockerConfig(credentials())
                    .build();
            client = DockerClientImpl.getInstance(
                    config,
                    new ZerodepDockerHttpClient.Builder()
                            .dockerHost(config.getDockerHost())
                            .sslConfig(address.isLocal() ? EngineClient::neverUsed : null)
                            .build());
        }
        return client;
    }

    /** Without one, the client would read all the certificates that the machine trusts: 100 ms and 10 MB. */
    private static SSLContext neverUsed() throws NoSuchAlgorithmException {
        return SSLContext.getInstance("TLS");
    }

    /** Where {@code docker login} keeps what registries ask for. */
    private static String credentials() {
        String home = System.getenv("DOCKER_CONFIG");
        Path directory =
                home == null || home.isEmpty() ? Path.of(System.getProperty("user.home"), ".docker") : Path.of(home);
        return Files.isReadable(directory.resolve("config.json")) ? directory.toString() : null;
    }

    /** Nobody's to close: others use it, too. */
    @Override
    public void close() {}

    @Deactivate
    synchronized void shut() {
        closed = true;
        if (client == null) {
            return;
        }
        try {
            client.close();
        } catch (IOException e) {
            LOG.debug("Closing the connections to the engine", e);
        }
    }
}
