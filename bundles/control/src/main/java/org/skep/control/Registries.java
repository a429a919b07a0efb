package org.skep.control;

/**
 * The swarm's logins to registries. They are kept in its state, which is encrypted on disk, and never shown. A registry is
 * named as {@link org.skep.protocol.RegistryLogins} does.
 */
public interface Registries {

    /**
     * Keeps a login in the place of the one before.
     *
     * @param credentials JSON as the {@code X-Registry-Auth} header has it; a secret
     */
    void login(String registry, String credentials);

    /** @throws org.skep.api.SkepException {@code NOT_FOUND} if there is no login */
    void logout(String registry);
}
