package org.skep.api.runtime;

import java.util.Objects;

/**
 * Who somebody is to a registry.
 *
 * @param server {@code HOST[:PORT]}; empty for the registry of images that name none
 * @param password empty with an identity token
 * @param identityToken what the registry gave for the password, if it does so; else empty
 */
public record RegistryCredentials(String server, String user, String password, String identityToken) {

    public RegistryCredentials {
        Objects.requireNonNull(server);
        Objects.requireNonNull(user);
        Objects.requireNonNull(password);
        Objects.requireNonNull(identityToken);
    }

    /** Keeps what is secret out of messages. */
    @Override
    public String toString() {
        return "RegistryCredentials[" + user + " at " + server + "]";
    }
}
