package org.skep.runtime.docker;

import com.github.dockerjava.api.exception.NotFoundException;
import org.skep.api.SkepException;

/** The engine of this machine, if there is one with the images that {@code .ci/images} makes. */
final class LocalEngine {

    static final EngineAddress ADDRESS = EngineAddress.local();
    static final String NEEDED = "needs a Docker Engine (.ci/docker-engine) with images (.ci/images)";

    private LocalEngine() {}

    static EngineClient client() {
        return new EngineClient(ADDRESS);
    }

    static boolean isReady() {
        EngineClient client = client();
        try {
            ADDRESS.probe();
            client.inspectImageCmd("busybox:latest").exec();
            return true;
        } catch (SkepException | NotFoundException e) {
            return false;
        } finally {
            client.shut();
        }
    }
}
