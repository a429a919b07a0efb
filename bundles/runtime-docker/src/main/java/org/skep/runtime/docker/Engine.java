package org.skep.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.RemoteApiVersion;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.skep.api.SkepException;

/** Asks the engine, and tells apart: it said no, it is not there, nobody wants to know any more. */
final class Engine {

    /** More than anybody keeps open: after the engine was away, each kept connection fails once. */
    private static final int STALE_CONNECTIONS = 64;

    private final DockerClient client;
    private final EngineAddress address;

    Engine(DockerClient client, EngineAddress address) {
        this.client = client;
        this.address = address;
    }

    DockerClient client() {
        return client;
    }

    RawRequests raw() {
        return new RawRequests(address);
    }

    EngineAddress address() {
        return address;
    }

    void probe() {
        address.probe();
    }

    SkepException unavailable(String why, Exception cause) {
        return address.unavailable(why, cause);
    }

    /**
     * All requests that go through here find their work done when they are made twice, so that they can be repeated.
     *
     * @throws DockerException if the engine refuses
     * @throws SkepException if it does not answer
     */
    <T> T ask(Function<DockerClient, T> request) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            try {
                return request.apply(client);
            } catch (DockerException e) {
                throw e;
            } catch (RuntimeException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (!(e.getCause() instanceof IOException)) {
                    throw e;
                }
                address.probe();
                if (attempt == STALE_CONNECTIONS) {
                    throw address.unavailable(Failures.line(e.getCause()), e);
                }
            }
        }
    }

    /**
     * Something that engines know only from a version on.
     *
     * @param api the version of the API
     * @param what as an operator asked for it
     */
    record Requirement(String api, String what) {}

    /** @throws SkepException if the engine is too old for one of them */
    void require(List<Requirement> requirements) throws InterruptedException {
        if (requirements.isEmpty()) {
            return;
        }
        Version version = ask(client -> client.versionCmd().exec());
        RemoteApiVersion present = RemoteApiVersion.parseConfig(version.getApiVersion());
        for (Requirement requirement : requirements) {
            if (!present.isGreaterOrEqual(RemoteApiVersion.parseConfig(requirement.api()))) {
                throw SkepException.state(
                        "ENGINE_TOO_OLD",
                        requirement.what() + " needs a newer Docker Engine than " + version.getVersion(),
                        "one that speaks API " + requirement.api() + " or later");
            }
        }
    }

    /** As {@link #ask}, for what is short and must not be left half done: an interrupt waits until it is over. */
    <T> T tell(Function<DockerClient, T> request) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return ask(request);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
