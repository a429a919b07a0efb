package org.skep.rpc;

import io.grpc.Context;
import java.util.Optional;
import org.skep.api.node.NodeIdentity;

/**
 * Who has made the call that is being served.
 *
 * @param identity as the certificate says; empty for one without a certificate
 * @param address host and port the call came from
 * @param instance of the calling daemon; empty where it does not say, as stock engines do not
 * @param forwardedBy node ID of the manager that passed the call on; empty if it came directly
 */
public record Caller(Optional<NodeIdentity> identity, String address, String instance, String forwardedBy) {

    private static final Context.Key<Caller> CURRENT = Context.key("skep-caller");

    /**
     * The caller of the call that this thread serves: within the methods of a service, and wherever its
     * {@link Context} was carried to.
     *
     * @throws IllegalStateException if no call is being served
     */
    public static Caller current() {
        Caller caller = CURRENT.get();
        if (caller == null) {
            throw new IllegalStateException("no call is being served");
        }
        return caller;
    }

    /** The context in which {@link #current} is this caller. */
    public Context in(Context context) {
        return context.withValue(CURRENT, this);
    }

    /** For log lines. */
    @Override
    public String toString() {
        String who = identity.map(node -> (node.manager() ? "manager " : "worker ") + node.nodeId())
                .orElse("somebody without a certificate");
        return who + " at " + address + (forwardedBy.isEmpty() ? "" : " through " + forwardedBy);
    }
}
