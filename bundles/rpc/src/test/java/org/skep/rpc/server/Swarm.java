package org.skep.rpc.server;

import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.skep.api.node.DaemonInstance;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.NodeAddresses;
import org.skep.api.testing.TestAuthority;
import org.skep.api.testing.TestCredentials;
import org.skep.rpc.client.CertificateChannels;
import org.skep.rpc.client.ManagerConnections;
import org.skep.rpc.testing.TestConsensus;
import org.skep.rpc.testing.TestManagers;
import org.skep.rpc.transport.RpcThreads;
import org.skep.store.testing.TestStore;

/** Managers on ports of this host, and nodes that call them. */
final class Swarm implements AutoCloseable {

    static final String CLUSTER = "cluster";

    final TestAuthority authority = new TestAuthority();
    final TestStore store = new TestStore();
    private final RpcThreads threads = new RpcThreads();
    private final TestManagers known = new TestManagers();
    private final List<AutoCloseable> parts = new ArrayList<>();

    /** A manager. */
    static final class Manager {
        final Endpoint endpoint;
        final TestCredentials credentials;
        final TestConsensus consensus;
        final RpcServer server;

        private Manager(Endpoint endpoint, TestCredentials credentials, TestConsensus consensus, RpcServer server) {
            this.endpoint = endpoint;
            this.credentials = credentials;
            this.consensus = consensus;
            this.server = server;
        }

        Manager serve(BindableService service) {
            server.bind(service);
            return this;
        }
    }

    Manager manager(String nodeId) {
        return manager(nodeId, Duration.ofMillis(300));
    }

    Manager manager(String nodeId, Duration patience) {
        return manager(nodeId, new RpcServer.Limits(Gate.Limits.defaults(), HalfSaid.Limits.defaults(), patience));
    }

    Manager manager(String nodeId, RpcServer.Limits limits) {
        Endpoint endpoint = new Endpoint("127.0.0.1", freePort());
        TestCredentials credentials = credentials(nodeId, true);
        TestConsensus consensus = new TestConsensus(nodeId);
        RpcServer server = new RpcServer(
                threads,
                credentials,
                new NodeAddresses(endpoint, endpoint),
                known,
                connections(credentials, ""),
                limits);
        parts.add(server::close);
        server.bindConsensus(consensus);
        server.bindStore(store);
        server.start();
        know(nodeId, endpoint);
        return new Manager(endpoint, credentials, consensus, server);
    }

    void know(String nodeId, Endpoint endpoint) {
        List<KnownManagers.Manager> all = new ArrayList<>(known.all());
        all.add(new KnownManagers.Manager(nodeId, endpoint));
        known.update(all);
    }

    TestCredentials credentials(String nodeId, boolean manager) {
        return new TestCredentials(authority.root(), authority.issue(nodeId, manager, CLUSTER));
    }

    /** What a node with these credentials calls others through. */
    ManagerConnections connections(TestCredentials credentials, String instance) {
        ManagerConnections connections =
                new ManagerConnections(threads, credentials, known, new DaemonInstance(instance));
        parts.add(connections);
        return connections;
    }

    Channel worker(String nodeId, Manager to) {
        return connections(credentials(nodeId, false), "instance of " + nodeId).to(to.endpoint);
    }

    Channel manager(String nodeId, Manager to) {
        return connections(credentials(nodeId, true), "instance of " + nodeId).to(to.endpoint);
    }

    ManagedChannel anonymous(Manager to) {
        ManagedChannel channel = new CertificateChannels(threads)
                .anonymous(to.endpoint, credentials("nobody", false).trustManager(peer -> {}));
        parts.add(channel::shutdownNow);
        return channel;
    }

    RpcThreads threads() {
        return threads;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws Exception {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
        parts.clear();
        threads.close();
        store.close();
    }
}
