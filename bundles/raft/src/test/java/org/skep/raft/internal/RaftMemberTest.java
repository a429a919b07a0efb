package org.skep.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.Annotations;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.store.Proposer;
import org.skep.store.internal.Persistence;
import org.skep.store.internal.ReplicatedStore;

class RaftMemberTest {

    @TempDir
    Path directory;

    /** One manager: a store and its consensus. */
    static final class Manager implements AutoCloseable {

        final ReplicatedStore store = new ReplicatedStore(Persistence.none(), Clock.systemUTC());
        final CompletableFuture<Void> leads = new CompletableFuture<>();
        final CompletableFuture<String> failed = new CompletableFuture<>();
        private final RaftMember member;

        Manager(Path directory, long snapshotEntries) {
            member = new RaftMember(
                    directory,
                    snapshotEntries,
                    new SwarmMembership("node", "cluster-" + directory),
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
                    failed::complete);
        }

        Manager awaitLead() throws Exception {
            leads.get(10, TimeUnit.SECONDS);
            return this;
        }

        void write(String id) throws InterruptedException {
            store.update(tx -> {
                tx.create(config(id));
                return null;
            });
        }

        Optional<Config> read(String id) {
            return store.view().configs().get(id);
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

    static Config config(String id) {
        return Config.newBuilder()
                .setId(id)
                .setSpec(ConfigSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName("name-" + id)))
                .build();
    }

    @Test
    void keepsWhatItConfirmedOverARestart() throws Exception {
        try (Manager manager = new Manager(directory, 1000).awaitLead()) {
            manager.write("c1");
            manager.write("c2");
            assertThat(manager.read("c2")).isPresent();
        }
        try (Manager manager = new Manager(directory, 1000).awaitLead()) {
            assertThat(manager.read("c1")).isPresent();
            assertThat(manager.read("c2")).isPresent();
            manager.write("c3");
        }
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        new Manager(directory, 1000).awaitLead().close();
        Set<Thread> after = new HashSet<>(Thread.getAllStackTraces().keySet());
        after.removeAll(before);
        assertThat(after)
                .filteredOn(thread -> !thread.getName().contains("surefire"))
                .isEmpty();
    }
}
