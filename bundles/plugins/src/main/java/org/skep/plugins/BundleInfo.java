package org.skep.plugins;

/**
 * A bundle on this node.
 *
 * @param state in lower case, such as {@code active}
 * @param origin what brought it
 */
public record BundleInfo(long id, String name, String version, String state, int startLevel, Origin origin) {

    /** What brought a bundle here, and may take it away again. */
    public enum Origin {
        /** The distribution: always there. */
        SKEP,
        /** {@code bundle install}. */
        INSTALLED,
        /** A file in the directory {@code deploy}. */
        DEPLOYED
    }
}
