package org.skep.shell.commands.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.skep.api.SkepException;
import org.skep.api.runtime.RegistryCredentials;
import org.skep.api.runtime.ResolvedImage;
import org.skep.control.Images;
import org.skep.control.Registries;

/** Registries that a test fills; by default, the runtime knows none. */
public final class FakeRegistries implements Registries, Images {

    /** Credentials by registry. */
    public final Map<String, String> logins = new TreeMap<>();

    /** What references stand for. */
    public final Map<String, ResolvedImage> images = new TreeMap<>();

    /** What was asked for, and whether with a login. */
    public final List<String> resolved = new ArrayList<>();

    /** Why no registry answers. */
    public Optional<SkepException> failure = Optional.empty();

    /** Whether credentials can be checked. */
    public boolean checks;

    @Override
    public void login(String registry, String credentials) {
        logins.put(registry, credentials);
    }

    @Override
    public void logout(String registry) {
        if (logins.remove(registry) == null) {
            throw SkepException.user("NOT_FOUND", "the swarm is not logged in to " + registry, "");
        }
    }

    @Override
    public Optional<ResolvedImage> resolve(String image, boolean withLogin) {
        resolved.add(image + (withLogin ? " with login" : ""));
        failure.ifPresent(reason -> {
            throw reason;
        });
        return Optional.ofNullable(images.get(image));
    }

    @Override
    public Optional<RegistryCredentials> verify(RegistryCredentials credentials) {
        failure.ifPresent(reason -> {
            throw reason;
        });
        return checks ? Optional.of(credentials) : Optional.empty();
    }
}
