package org.skep.node;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.skep.api.SkepException;
import org.skep.api.file.DirectoryTree;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.NodeKeys;
import org.skep.protocol.Certificate;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.RootCA;

/** Keys without cryptography: a file that says whose they are. The tokens are "worker" and "manager". */
final class FakeKeys implements NodeKeys {

    static final String CLUSTER = "c".repeat(25);
    static final String JOINED = "j".repeat(25);
    static final String UNLOCK_KEY = "open sesame";

    private final Path directory;
    private final List<String> calls = new CopyOnWriteArrayList<>();

    /** What renewals wait for. */
    private final Semaphore managers = new Semaphore(Integer.MAX_VALUE);

    private volatile NodeIdentity open;
    private volatile boolean locked;
    private volatile boolean admitted;
    private volatile boolean kept;

    FakeKeys(Path stateDir) {
        directory = stateDir.resolve("keys");
    }

    List<String> calls() {
        return calls;
    }

    /** They cannot be deleted. */
    void keepOnWiping() {
        kept = true;
    }

    /** Whether the swarm has an object for this node. */
    boolean admitted() {
        return admitted;
    }

    void lock() {
        locked = true;
    }

    /** Nobody issues certificates until {@link #answer}. */
    void doNotAnswer() {
        managers.drainPermits();
    }

    void answer() {
        managers.release(1000);
    }

    /** The certificate on disk. */
    void put(NodeIdentity identity) {
        try {
            Files.createDirectories(directory);
            Files.writeString(
                    directory.resolve("certificate"),
                    identity.nodeId() + " " + identity.manager() + " " + identity.clusterId());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The timer got the next certificate, which has another role. */
    void renewedMeanwhile(boolean manager) {
        opened(new NodeIdentity(open.nodeId(), manager, open.clusterId()));
    }

    private NodeIdentity read() {
        try {
            String[] words = Files.readString(directory.resolve("certificate")).split(" ");
            return new NodeIdentity(words[0], Boolean.parseBoolean(words[1]), words[2]);
        } catch (IOException e) {
            throw SkepException.resource("KEYS_DAMAGED", "cannot read " + directory, "", e);
        }
    }

    private NodeIdentity opened(NodeIdentity identity) {
        put(identity);
        open = identity;
        return identity;
    }

    @Override
    public State state() {
        if (Files.notExists(directory)) {
            return State.ABSENT;
        }
        return locked ? State.LOCKED : State.OPENABLE;
    }

    @Override
    public Founded create(String nodeId, String clusterId, Duration expiry, Optional<byte[]> autolockKey) {
        calls.add("create " + expiry.toHours() + "h" + (autolockKey.isPresent() ? " locked" : ""));
        opened(new NodeIdentity(nodeId, true, clusterId));
        return new Founded(
                RootCA.newBuilder().setCaCert(ByteString.copyFromUtf8("root")).build(),
                Certificate.newBuilder()
                        .setCertificate(ByteString.copyFromUtf8("first"))
                        .setStatus(IssuanceStatus.newBuilder().setState(IssuanceStatus.State.ISSUED))
                        .build());
    }

    @Override
    public NodeIdentity join(
            List<Endpoint> endpoints, String token, NodeSpec.Availability availability, boolean workerOnly) {
        calls.add("join " + endpoints + " " + availability);
        if (!token.equals("worker") && !token.equals("manager")) {
            throw SkepException.user("INVALID_TOKEN", "invalid join token", "");
        }
        if (workerOnly && token.equals("manager")) {
            throw SkepException.state(WORKER_ONLY, "the token is a manager's", "");
        }
        admitted = true;
        return opened(new NodeIdentity(JOINED, token.equals("manager"), CLUSTER));
    }

    @Override
    public NodeIdentity open() {
        if (locked) {
            throw SkepException.state("LOCKED", "locked", "");
        }
        open = read();
        return open;
    }

    @Override
    public NodeIdentity unlock(String key) {
        if (!key.equals(UNLOCK_KEY)) {
            throw SkepException.user("INVALID_UNLOCK_KEY", "invalid unlock key", "");
        }
        locked = false;
        return open();
    }

    @Override
    public Optional<NodeIdentity> identity() {
        return Optional.ofNullable(open);
    }

    @Override
    public NodeIdentity renew(boolean manager) throws InterruptedException {
        calls.add("renew " + manager);
        managers.acquire();
        return opened(new NodeIdentity(open.nodeId(), manager, open.clusterId()));
    }

    @Override
    public void trust(byte[] roots) {
        calls.add("trust " + new String(roots, java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public void renewSoon() {
        calls.add("renewSoon");
    }

    @Override
    public void close() {
        open = null;
    }

    @Override
    public void wipe() {
        if (kept) {
            throw new IllegalStateException("keys cannot be deleted");
        }
        open = null;
        locked = false;
        try {
            DirectoryTree.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
