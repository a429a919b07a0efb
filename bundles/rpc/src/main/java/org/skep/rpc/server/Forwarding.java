package org.skep.rpc.server;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeIdentity;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.LogBrokerGrpc;
import org.skep.protocol.NodeCAGrpc;
import org.skep.protocol.ResourceAllocatorGrpc;
import org.skep.protocol.reach.ReachGrpc;
import org.skep.rpc.Caller;
import org.skep.rpc.transport.Headers;

/** Passes calls that nobody serves here on to the leader, unread, with word of who made them. */
final class Forwarding {

    private static final List<ServiceDescriptor> SERVICES = List.of(
            CAGrpc.getServiceDescriptor(),
            NodeCAGrpc.getServiceDescriptor(),
            DispatcherGrpc.getServiceDescriptor(),
            LogBrokerGrpc.getServiceDescriptor(),
            ResourceAllocatorGrpc.getServiceDescriptor(),
            ReachGrpc.getServiceDescriptor());

    private static final Status NOT_LEADING =
            Status.RESOURCE_EXHAUSTED.withDescription("the call was passed on to a manager that does not lead");

    private final Leaders leaders;
    private final Function<Endpoint, Channel> channels;
    private final Endpoint self;
    private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();

    /**
     * @param channels to other managers, which add nothing to what is sent
     * @param self this manager's address
     */
    Forwarding(Leaders leaders, Function<Endpoint, Channel> channels, Endpoint self) {
        this.leaders = leaders;
        this.channels = channels;
        this.self = self;
        for (ServiceDescriptor service : SERVICES) {
            service.getMethods().forEach(method -> {
                MethodDescriptor<byte[], byte[]> unread = unread(method, method.getType());
                methods.put(method.getFullMethodName(), ServerMethodDefinition.create(unread, this::forward));
            });
        }
    }

    /** The method that passes calls on, or null if this is none of them. */
    ServerMethodDefinition<?, ?> method(String name) {
        return methods.get(name);
    }

    private ServerCall.Listener<byte[]> forward(ServerCall<byte[], byte[]> call, Metadata headers) {
        // Whatever else the call says: what this manager passes on counts as its own word, so it must have seen the
        // caller.
        if (!Caller.current().forwardedBy().isEmpty()) {
            call.close(NOT_LEADING, notTaken());
            return new ServerCall.Listener<>() {};
        }
        Relay relay = new Relay(call);
        new Attempts(relay, Context.current(), outgoing(headers, Caller.current()), leaders.deadline()).next();
        return relay.fromCaller();
    }

    private static Metadata notTaken() {
        Metadata trailers = new Metadata();
        trailers.put(Headers.NOT_TAKEN, "true");
        return trailers;
    }

    /**
     * Brings one call to the leader, and to the next one if nobody has taken it: in an election, the leader that is known
     * may be gone, or lead no more.
     */
    private final class Attempts {

        private final Relay relay;
        private final Context context;
        private final Metadata headers;
        private final long deadline;

        Attempts(Relay relay, Context context, Metadata headers, long deadline) {
            this.relay = relay;
            this.context = context;
            this.headers = headers;
            this.deadline = deadline;
        }

        void next() {
            leaders.leader(deadline).whenComplete((leader, failure) -> {
                if (failure != null) {
                    relay.refuse(Status.fromThrowable(failure));
                } else if (leader.self()) {
                    relay.refuse(
                            Status.UNAVAILABLE.withDescription("this manager leads, but is not ready to serve yet"));
                } else {
                    context.run(() -> start(leader));
                }
            });
        }

        private void start(Leaders.Leader leader) {
            ClientCall<byte[], byte[]> onward =
                    channels.apply(leader.address()).newCall(onward(relay.method()), CallOptions.DEFAULT);
            Consumer<String> watch = node -> {
                if (!node.equals(leader.nodeId())) {
                    relay.abandon(onward, "node " + leader.nodeId() + " leads no more");
                }
            };
            leaders.follow(watch);
            Metadata own = new Metadata();
            own.merge(headers);
            relay.start(onward, own, new Relay.Onward() {
                @Override
                public void ended() {
                    leaders.forget(watch);
                }

                @Override
                public boolean again() {
                    return leaders.soon(deadline, Attempts.this::next);
                }
            });
            // It may have changed before the watch began.
            leaders.present().map(Leaders.Leader::nodeId).ifPresent(watch);
        }
    }

    private Metadata outgoing(Metadata incoming, Caller caller) {
        Metadata headers = new Metadata();
        headers.merge(incoming);
        Headers.strip(headers);
        Optional<NodeIdentity> identity = caller.identity();
        headers.put(Headers.FORWARDED, "true");
        headers.put(Headers.FORWARDED_CN, identity.map(NodeIdentity::nodeId).orElse(""));
        headers.put(Headers.FORWARDED_ORG, identity.map(NodeIdentity::clusterId).orElse(""));
        headers.put(Headers.FORWARDED_OU, identity.map(NodeIdentity::unit).orElse(""));
        headers.put(Headers.REMOTE_ADDRESS, caller.address());
        headers.put(Headers.REDIRECT, self.toString());
        return headers;
    }

    /** Only calls of an unknown kind tell whether there is a connection. */
    private static MethodDescriptor<byte[], byte[]> onward(MethodDescriptor<?, ?> method) {
        return unread(method, MethodType.UNKNOWN);
    }

    private static MethodDescriptor<byte[], byte[]> unread(MethodDescriptor<?, ?> method, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setFullMethodName(method.getFullMethodName())
                .setType(type)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
    }

    private static final class Bytes implements Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
            try {
                return message.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
