package org.skep.raft.internal;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jgroups.JChannel;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.SwarmMembership;
import org.skep.api.testing.TestCipher;
import org.skep.protocol.Annotations;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.raft.net.Peers;
import org.skep.raft.net.Stack;
import org.skep.store.Consensus;
import org.skep.store.Proposer;
import org.skep.store.internal.MapDbFile;
import org.skep.store.internal.ReplicatedStore;

/** One manager: a store with its file, and its consensus. */
final class Manager implements AutoCloseable {

    static final Duration WRITE_DELAY = Duration.ofMillis(20);

    final String nodeId;
    final ReplicatedStore store;
    final CompletableFuture<String> failed = new CompletableFuture<>();
    private final CompletableFuture<Void> leads = new CompletableFuture<>();
    private final RaftMember member;
    private volatile Proposer proposer;

    /** One that is alone. */
    Manager(Path state, long snapshotEntries) {
        this(state, snapshotEntries, WRITE_DELAY);
    }

    /** @param writeDelay how far the store's file may lag behind */
    Manager(Path state, long snapshotEntries, Duration writeDelay) {
        this(new TestSwarm(state), "node", state, ManagerStart.FOUND, snapshotEntries, writeDelay);
    }

    Manager(TestSwarm swarm, String nodeId, Path state, ManagerStart start, long snapshotEntries, Duration writeDelay) {
        this.nodeId = nodeId;
        try {
            Files.createDirectories(state);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        store = ReplicatedStore.on(
                new MapDbFile(state.resolve("store.db"), writeDelay, new TestCipher()), Clock.systemUTC());
        Peers peers = new Peers(nodeId, () -> swarm.known(nodeId));
        member = new RaftMember(
                state.resolve("raft"),
                () -> snapshotEntries,
                new SwarmMembership(nodeId, TestSwarm.ID),
                start,
                new RaftMember.Network() {
                    @Override
                    public boolean welcome(String peer) {
                        return !swarm.isExpelled(peer);
                    }

                    @Override
                    public Peers peers() {
                        return peers;
                    }

                    @Override
                    public JChannel channel(ManagerRaft raft) throws Exception {
                        return Stack.create(
                                swarm.addresses(nodeId),
                                swarm.credentials(nodeId),
                                peer -> {
                                    if (!peer.manager()) {
                                        throw new CertificateException("not a manager");
                                    }
                                },
                                peers,
                                raft);
                    }
                },
                new TestCipher(),
                store,
                new RaftMember.Leadership() {
                    @Override
                    public void gained(Proposer newProposer) {
                        proposer = newProposer;
                        store.bind(newProposer);
                        leads.complete(null);
                    }

                    @Override
                    public void lost(Proposer oldProposer) {
                        proposer = null;
                        store.unbind(oldProposer);
                    }
                },
                line -> {
                    failed.complete(line);
                    leads.completeExceptionally(new IllegalStateException(line));
                });
    }

    Consensus consensus() {
        return member;
    }

    boolean leads() {
        return proposer != null;
    }

    Manager awaitLead() throws Exception {
        leads.get(60, TimeUnit.SECONDS);
        return this;
    }

    void write(String id) throws InterruptedException {
        write(id, 0);
    }

    void write(String id, int size) throws InterruptedException {
        store.update(tx -> {
            tx.create(config(id, size));
            return null;
        });
    }

    Optional<Config> read(String id) {
        return store.view().configs().get(id);
    }

    private static Config config(String id, int size) {
        return Config.newBuilder()
                .setId(id)
                .setSpec(ConfigSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName("name-" + id))
                        .setData(ByteString.copyFrom(new byte[size])))
                .build();
    }

    @Override
    public void close() {
        try {
            member.stop();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        store.close();
    }
}
