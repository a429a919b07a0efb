package org.skep.protocol;

import com.google.protobuf.ByteString;

/** What the nodes of a swarm have to trust: the root, and the one that is to replace it. */
public final class TrustedRoots {

    private static final ByteString NEWLINE = ByteString.copyFromUtf8("\n");

    private TrustedRoots() {}

    /**
     * All of it as PEM.
     *
     * @param root of a cluster, with or without its keys
     */
    public static ByteString of(RootCA root) {
        ByteString present = root.getCaCert();
        if (!root.hasRootRotation()) {
            return present;
        }
        ByteString separator = present.isEmpty() || present.endsWith(NEWLINE) ? ByteString.EMPTY : NEWLINE;
        return present.concat(separator).concat(root.getRootRotation().getCaCert());
    }
}
