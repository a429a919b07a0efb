package org.skep.dispatcher;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeIdentity;
import org.skep.protocol.session.SessionMetadata;
import org.skep.rpc.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a node says beside its requests. */
final class SessionHeaders implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(SessionHeaders.class);
    private static final int LONGEST_QUOTE = 80;
    private static final Context.Key<Farewell> FAREWELL = Context.keyWithDefault("skep-goodbye", Farewell.NONE);
    private static final Context.Key<String> SAID = Context.keyWithDefault("skep-manager-addr", "");

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String address = headers.get(SessionMetadata.MANAGER_ADDRESS);
        Context context = Context.current()
                .withValues(
                        SAID, address == null ? "" : address, FAREWELL, farewell(headers.get(SessionMetadata.GOODBYE)));
        return Contexts.interceptCall(context, call, headers, next);
    }

    private static Farewell farewell(String word) {
        if (word == null) {
            return Farewell.NONE;
        }
        return word.equals("leave") ? Farewell.LEAVES : Farewell.STOPS;
    }

    /** What the call that is being served says of the session's end. */
    static Farewell farewell() {
        return FAREWELL.get();
    }

    /** Where the call that is being served comes from. */
    static Origin origin(Caller caller) {
        String host = caller.address().isEmpty()
                ? ""
                : Endpoint.parse(caller.address(), Endpoint.MANAGER_PORT).host();
        return new Origin(caller.instance(), host, managerAddress(SAID.get()), false);
    }

    /** @return empty if the node says nothing, or what no manager can be reached at */
    private static String managerAddress(String said) {
        if (said.isEmpty()) {
            return "";
        }
        try {
            Endpoint address = Endpoint.parse(said, Endpoint.MANAGER_PORT);
            // Consensus has the port after it, which has to exist.
            address.raft();
            return address.toString();
        } catch (SkepException | IllegalArgumentException e) {
            LOG.warn("node {} says that its manager is at '{}', which is no address: ignored", caller(), quote(said));
            return "";
        }
    }

    private static String caller() {
        return Caller.current().identity().map(NodeIdentity::nodeId).orElse("?");
    }

    private static String quote(String said) {
        return said.length() > LONGEST_QUOTE ? said.substring(0, LONGEST_QUOTE) + "..." : said;
    }
}
