package org.skep.runtime.docker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import org.skep.api.SkepException;

/** The engine of this machine, if there is one with the images that {@code .ci/images} makes. */
final class LocalEngine {

    static final EngineAddress ADDRESS = EngineAddress.local();

    private LocalEngine() {}

    static EngineClient client() {
        try {
            ADDRESS.probe();
        } catch (SkepException e) {
            assumeTrue(false, "needs a Docker Engine (.ci/docker-engine starts one): " + e.getMessage());
        }
        EngineClient client = new EngineClient(ADDRESS);
        assumeTrue(hasImages(client), "needs the images that .ci/images makes");
        return client;
    }

    private static boolean hasImages(DockerClient client) {
        try {
            client.inspectImageCmd("busybox:latest").exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }
}
