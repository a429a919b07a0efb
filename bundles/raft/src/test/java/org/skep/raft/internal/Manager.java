package org.skep.raft.internal;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.Annotations;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.store.Proposer;
import org.skep.store.internal.MapDbFile;
import org.skep.store.internal.ReplicatedStore;

/** One manager: a store with its file, and its consensus. */
final class Manager implements AutoCloseable {

    final ReplicatedStore store;
    final CompletableFuture<String> failed = new CompletableFuture<>();
    private final CompletableFuture<Void> leads = new CompletableFuture<>();
    private final RaftMember member;

    Manager(Path state, long snapshotEntries) {
        this(state, snapshotEntries, Duration.ofMillis(20));
    }

    /** @param writeDelay how far the store's file may lag behind */
    Manager(Path state, long snapshotEntries, Duration writeDelay) {
        store = new ReplicatedStore(new MapDbFile(state.resolve("store.db"), writeDelay), Clock.systemUTC());
        member = new RaftMember(
                state.resolve("raft"),
                snapshotEntries,
                new SwarmMembership("node", "cluster-" + state),
                store,
                new RaftMember.Leadership() {
                    @Override
                    public void gained(Proposer proposer) {
                        store.bind(proposer);
                        leads.complete(null);
                    }

                    @Override
                    public void lost(Proposer proposer) {
                        store.unbind(proposer);
                    }
                },
                line -> {
                    failed.complete(line);
                    leads.completeExceptionally(new IllegalStateException(line));
                });
    }

    Manager awaitLead() throws Exception {
        leads.get(20, TimeUnit.SECONDS);
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
