package org.skep.rpc.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Optional;
import org.skep.api.node.NodeIdentity;
import org.skep.rpc.Caller;
import org.skep.rpc.transport.Headers;

/** Finds out who calls, and refuses those who may not. */
final class Callers implements ServerInterceptor {

    private final String clusterId;
    private final Register register;
    private final RefusalLog log;

    Callers(String clusterId, Register register, RefusalLog log) {
        this.clusterId = clusterId;
        this.register = register;
        this.log = log;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Gate.Peer peer = call.getAttributes().get(Gate.PEER);
        Caller caller = caller(peer, headers);
        String method = call.getMethodDescriptor().getFullMethodName();
        if (!caller.forwardedBy().isEmpty() && !register.known()) {
            // Whether who passes it on is a manager still cannot be told.
            call.close(
                    Status.UNAVAILABLE.withDescription("this manager has no state yet: it takes no calls of others"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        Optional<Status> objection = formerManager(peer, headers)
                // not the caller's fault: there are other managers
                .map(Status.UNAVAILABLE::withDescription)
                .or(() -> objection(caller, Access.to(method)).map(Status.PERMISSION_DENIED::withDescription));
        if (objection.isPresent()) {
            log.refused(
                    hostOf(caller.address()),
                    method + " for " + caller + ": " + objection.get().getDescription());
            call.close(objection.get(), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(caller.in(Context.current()), call, headers, next);
    }

    /** What a manager of this swarm says of the caller of a call that it passes on counts as if the caller had said it. */
    private Caller caller(Gate.Peer peer, Metadata headers) {
        String instance = text(headers, Headers.INSTANCE);
        boolean forwarded = isForwarded(headers);
        Optional<NodeIdentity> manager = peer.identity().filter(node -> node.manager() && isOurs(node));
        if (forwarded && manager.isPresent()) {
            String node = text(headers, Headers.FORWARDED_CN);
            Optional<NodeIdentity> identity = node.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new NodeIdentity(
                            node,
                            NodeIdentity.MANAGER_UNIT.equals(headers.get(Headers.FORWARDED_OU)),
                            text(headers, Headers.FORWARDED_ORG)));
            return new Caller(
                    identity,
                    text(headers, Headers.REMOTE_ADDRESS),
                    instance,
                    manager.get().nodeId());
        }
        return new Caller(peer.identity(), peer.address(), instance, "");
    }

    private static boolean isForwarded(Metadata headers) {
        return "true".equals(headers.get(Headers.FORWARDED));
    }

    /**
     * A certificate outlives a demotion and a removal: who has one of a manager could speak for any node. Nor may such a
     * call count as its own: it would get what is meant for another.
     */
    private Optional<String> formerManager(Gate.Peer peer, Metadata headers) {
        return peer.identity()
                .filter(node -> isForwarded(headers) && node.manager() && isOurs(node))
                .filter(node -> register.removed(node) || register.demoted(node))
                .map(node -> "node " + node.nodeId() + " is no manager any more, and cannot pass calls on");
    }

    /** Why it may not, if so. */
    private Optional<String> objection(Caller caller, Access access) {
        if (access == Access.ANYONE) {
            return Optional.empty();
        }
        if (caller.identity().isEmpty()) {
            return Optional.of("a certificate of this swarm is needed");
        }
        NodeIdentity node = caller.identity().get();
        if (!isOurs(node)) {
            return Optional.of("the certificate is not of this swarm");
        }
        if (register.removed(node)) {
            return Optional.of("node " + node.nodeId() + " was removed from the swarm");
        }
        if (access == Access.MANAGER && (!node.manager() || register.demoted(node))) {
            return Optional.of("this is for managers, and node " + node.nodeId() + " is none");
        }
        return Optional.empty();
    }

    private boolean isOurs(NodeIdentity node) {
        return node.clusterId().equals(clusterId);
    }

    private static String text(Metadata headers, Metadata.Key<String> key) {
        String value = headers.get(key);
        return value == null ? "" : value;
    }

    private static String hostOf(String address) {
        int port = address.lastIndexOf(':');
        return port < 0 ? address : address.substring(0, port);
    }
}
