package org.skep.raft.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.skep.api.node.Endpoint;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeIdentity;
import org.skep.api.testing.TestAuthority;

/** Managers on loopback that know each other. */
final class TestSwarm {

    static final String ID = "cluster";

    final TestAuthority authority;
    private final Path directory;
    private final Map<String, Endpoint> managers = new ConcurrentHashMap<>();
    private final Set<String> expelled = ConcurrentHashMap.newKeySet();
    private final Set<Set<String>> separated = ConcurrentHashMap.newKeySet();
    private final Map<String, NodeCredentials> credentials = new ConcurrentHashMap<>();

    TestSwarm(Path directory) {
        this(directory, new TestAuthority());
    }

    TestSwarm(Path directory, TestAuthority authority) {
        this.directory = directory;
        this.authority = authority;
    }

    /** One that is somewhere else than on loopback. */
    void locate(String nodeId, Endpoint endpoint) {
        managers.put(nodeId, endpoint);
    }

    Manager start(String nodeId, ManagerStart start) {
        return start(nodeId, start, 1000);
    }

    Manager start(String nodeId, ManagerStart start, long snapshotEntries) {
        return new Manager(this, nodeId, directory.resolve(nodeId), start, snapshotEntries, Manager.WRITE_DELAY);
    }

    NodeAddresses addresses(String nodeId) {
        Endpoint endpoint = managers.computeIfAbsent(nodeId, any -> new Endpoint("127.0.0.1", freePort() - 1));
        return new NodeAddresses(endpoint, endpoint);
    }

    Endpoint raftEndpoint(String nodeId) {
        return addresses(nodeId).listen().raft();
    }

    NodeCredentials credentials(String nodeId) {
        return credentials.computeIfAbsent(nodeId, any -> authority.credentials(new NodeIdentity(nodeId, true, ID)));
    }

    /** These two have never heard of each other. */
    void separate(String one, String other) {
        separated.add(Set.of(one, other));
    }

    /** It was removed, though its certificate is still good. */
    void expel(String nodeId) {
        expelled.add(nodeId);
    }

    boolean isExpelled(String nodeId) {
        return expelled.contains(nodeId);
    }

    Map<Endpoint, String> known(String by) {
        Map<Endpoint, String> known = new HashMap<>();
        managers.forEach((nodeId, endpoint) -> {
            if (nodeId.equals(by) || !separated.contains(Set.of(nodeId, by))) {
                known.put(endpoint.raft(), nodeId);
            }
        });
        return known;
    }

    Path directory(String nodeId) {
        return directory.resolve(nodeId);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
