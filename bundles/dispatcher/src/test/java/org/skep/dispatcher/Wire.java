package org.skep.dispatcher;

import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.skep.api.node.NodeIdentity;
import org.skep.protocol.session.SessionMetadata;
import org.skep.rpc.Caller;

/** The dispatcher's services on a wire without network. Calls are served by the thread that makes them. */
final class Wire implements AutoCloseable {

    private static final Metadata.Key<String> NODE = key("test-node");
    private static final Metadata.Key<String> ADDRESS = key("test-address");
    private static final Metadata.Key<String> FORWARDED_BY = key("test-forwarded-by");
    private static final Metadata.Key<String> INSTANCE = key("skep-instance");

    private final Server server;
    private final ManagedChannel channel;

    /**
     * Where calls come from.
     *
     * @param instance empty for a stock engine
     */
    record From(String node, String instance, String address, String forwardedBy, String managerAddress) {

        static From daemon(String node, String instance) {
            return new From(node, instance, "10.0.0.7:4711", "", "");
        }

        static From engine(String node) {
            return daemon(node, "");
        }

        From through(String manager) {
            return new From(node, instance, address, manager, managerAddress);
        }

        From managing(String at) {
            return new From(node, instance, address, forwardedBy, at);
        }
    }

    Wire(LeaderDispatcher leader) {
        String name = InProcessServerBuilder.generateName();
        try {
            server = InProcessServerBuilder.forName(name)
                    .directExecutor()
                    .addService(ServerInterceptors.intercept(new DispatcherService(leader).bindService(), new Who()))
                    .addService(ServerInterceptors.intercept(new LogBrokerService(leader), new Who()))
                    .addService(ServerInterceptors.intercept(new ReachService(leader), new Who()))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    Channel from(From caller) {
        Metadata headers = new Metadata();
        headers.put(NODE, caller.node());
        headers.put(ADDRESS, caller.address());
        put(headers, INSTANCE, caller.instance());
        put(headers, FORWARDED_BY, caller.forwardedBy());
        put(headers, SessionMetadata.MANAGER_ADDRESS, caller.managerAddress());
        return io.grpc.ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static void put(Metadata headers, Metadata.Key<String> key, String value) {
        if (!value.isEmpty()) {
            headers.put(key, value);
        }
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    /** What the port of a manager finds out by certificates. */
    private static final class Who implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            Caller caller = new Caller(
                    Optional.of(new NodeIdentity(headers.get(NODE), false, "cluster")),
                    text(headers, ADDRESS),
                    text(headers, INSTANCE),
                    text(headers, FORWARDED_BY));
            return Contexts.interceptCall(caller.in(Context.current()), call, headers, next);
        }

        private static String text(Metadata headers, Metadata.Key<String> key) {
            String value = headers.get(key);
            return value == null ? "" : value;
        }
    }
}
