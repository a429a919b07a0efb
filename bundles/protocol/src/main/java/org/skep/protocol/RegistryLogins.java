package org.skep.protocol;

import java.util.Base64;

/**
 * What the swarm is to registries: internal secrets, one for each registry, that hold JSON as the {@code X-Registry-Auth}
 * header has it. They are never listed or shown.
 */
public final class RegistryLogins {

    /** Stands for the registry of images that name none. */
    public static final String DEFAULT = "default";

    /** No secret of a user has a colon in its name. */
    private static final String PREFIX = "registry:";

    private RegistryLogins() {}

    /** {@code HOST[:PORT]}, or {@link #DEFAULT}. */
    public static String registryOf(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean host = first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(java.util.Locale.ROOT));
        return host ? first : DEFAULT;
    }

    /** The name of the secret with its login. */
    public static String secretName(String registry) {
        return PREFIX + registry;
    }

    /** Encoded as for the header. */
    public static String header(Secret secret) {
        return Base64.getUrlEncoder().encodeToString(secret.getSpec().getData().toByteArray());
    }
}
