package org.skep.rpc.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The channel to one manager: the same for whoever holds it, on connections that come and go. A call after a failure tries
 * to connect anew, whereas a connection by itself would wait ever longer between attempts. When credentials change, new
 * calls take a new connection, and the old one ends with the last call on it.
 */
final class ManagerChannel extends Channel {

    private final String authority;
    private final Supplier<ManagedChannel> connections;
    private ManagedChannel connection;
    private boolean closed;

    ManagerChannel(String authority, Supplier<ManagedChannel> connections) {
        this.authority = authority;
        this.connections = connections;
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
        return current().newCall(method, options);
    }

    @Override
    public String authority() {
        return authority;
    }

    /** The next call takes a new connection. */
    synchronized void renew() {
        if (connection != null && !closed) {
            connection.shutdown();
            connection = null;
        }
    }

    /** Calls under way fail, and so does every later one. */
    synchronized void close() {
        closed = true;
        if (connection != null) {
            connection.shutdownNow();
        }
    }

    /** Of what was closed. */
    void awaitEnd() throws InterruptedException {
        ManagedChannel last;
        synchronized (this) {
            last = connection;
        }
        if (last != null) {
            last.awaitTermination(1, TimeUnit.SECONDS);
        }
    }

    private synchronized ManagedChannel current() {
        if (connection != null && !closed && connection.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            connection.shutdown();
            connection = null;
        }
        if (connection == null) {
            connection = connections.get();
            if (closed) {
                connection.shutdownNow();
            }
        }
        return connection;
    }
}
