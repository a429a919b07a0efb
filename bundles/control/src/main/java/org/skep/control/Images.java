package org.skep.control;

import java.util.Optional;
import org.skep.api.runtime.RegistryCredentials;
import org.skep.api.runtime.ResolvedImage;

/** What registries know, asked by the runtime of this node. Calls wait for a registry for up to about 10 seconds. */
public interface Images {

    /**
     * The image that a reference stands for now.
     *
     * @param withLogin with what the swarm is to the image's registry
     * @return empty if the runtime of this node knows no registries
     * @throws org.skep.api.SkepException if the registry does not answer, or does not have the image
     */
    Optional<ResolvedImage> resolve(String image, boolean withLogin);

    /**
     * Asks a registry whether it takes these credentials.
     *
     * @return the credentials to keep; empty if the runtime of this node knows no registries
     * @throws org.skep.api.SkepException if the registry refuses them, or does not answer
     */
    Optional<RegistryCredentials> verify(RegistryCredentials credentials);
}
