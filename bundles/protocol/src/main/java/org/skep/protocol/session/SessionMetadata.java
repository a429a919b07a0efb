package org.skep.protocol.session;

import io.grpc.Metadata;

/** What daemons of ours say with calls of their session, beside the messages that stock engines know. */
public final class SessionMetadata {

    /** Where others reach the manager on this node, as {@code HOST:PORT}. */
    public static final Metadata.Key<String> MANAGER_ADDRESS =
            Metadata.Key.of("skep-manager-addr", Metadata.ASCII_STRING_MARSHALLER);

    /** Why the session will end: {@code stop} or {@code leave}. */
    public static final Metadata.Key<String> GOODBYE =
            Metadata.Key.of("skep-goodbye", Metadata.ASCII_STRING_MARSHALLER);

    private SessionMetadata() {}
}
