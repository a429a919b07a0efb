package org.skep.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.ErrorKind;
import org.skep.api.SkepException;
import org.skep.protocol.Config;
import org.skep.store.Kind;

class RaftMemberTest {

    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir
    Path state;

    private Manager start() throws Exception {
        return new Manager(state, 1000).awaitLead();
    }

    @Test
    void keepsWhatItConfirmedOverARestart() throws Exception {
        try (Manager manager = start()) {
            manager.write("c1");
            manager.write("c2");
            assertThat(manager.read("c2")).isPresent();
        }
        long index;
        try (Manager manager = start()) {
            assertThat(manager.read("c1")).isPresent();
            assertThat(manager.read("c2")).isPresent();
            manager.write("c3");
            index = manager.store.appliedIndex();
            assertThat(manager.read("c3").orElseThrow().getMeta().getVersion().getIndex())
                    .isEqualTo(index);
        }
        try (Manager manager = start()) {
            assertThat(manager.store.appliedIndex()).isEqualTo(index);
        }
    }

    @Test
    void rebuildsAStateFileThatIsMissingOrDamaged() throws Exception {
        try (Manager manager = new Manager(state, 20).awaitLead()) {
            for (int i = 0; i < 50; i++) {
                manager.write("c" + i);
            }
        }
        Path file = state.resolve("store.db");
        byte[] sound = Files.readAllBytes(file);
        Files.delete(file);
        assertAllThere();
        Files.write(file, new byte[1000]);
        assertAllThere();
        for (int i = 4096; i < sound.length; i++) {
            sound[i] = (byte) ~sound[i];
        }
        Files.write(file, sound);
        assertAllThere();
        assertThat(state.resolve("store.db.damaged")).exists();
    }

    private void assertAllThere() throws Exception {
        try (Manager manager = start()) {
            for (int i = 0; i < 50; i++) {
                assertThat(manager.read("c" + i)).as("c%d", i).isPresent();
            }
        }
    }

    @Test
    void snapshotsBoundTheLog() throws Exception {
        try (Manager manager = new Manager(state, 50, NEVER).awaitLead()) {
            for (int i = 0; i < 220; i++) {
                manager.write("c" + i, 1000);
            }
            manager.store.update(tx -> {
                for (int i = 0; i < 200; i++) {
                    tx.delete(Kind.CONFIG, "c" + i);
                }
                return null;
            });
        }
        // At most what came since the last snapshot, and the snapshot itself.
        assertThat(size(state.resolve("raft"))).isLessThan(2 * 220 * 1100);
        try (var files = Files.list(state.resolve("raft"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".log"))).hasSizeLessThanOrEqualTo(2);
        }
        Files.delete(state.resolve("store.db"));
        try (Manager manager = start()) {
            assertThat(manager.store.view().configs().size()).isEqualTo(20);
            assertThat(manager.read("c219")).isPresent();
        }
    }

    private static long size(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    @Test
    void writesOfManyAtOnceShareTheirWayToTheDisk() throws Exception {
        try (Manager manager = start()) {
            List<CompletableFuture<Object>> writes = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                String id = "c" + i;
                writes.add(manager.store
                        .updateAsync(tx -> {
                            tx.create(Config.newBuilder().setId(id).build());
                            return null;
                        })
                        .toCompletableFuture());
            }
            for (CompletableFuture<Object> write : writes) {
                write.get(10, TimeUnit.SECONDS);
            }
            // One object, changed again and again without waiting.
            for (int i = 0; i < 200; i++) {
                manager.store.updateAsync(tx -> {
                    var config = tx.configs().get("c0").orElseThrow();
                    int n = config.getSpec().getData().isEmpty()
                            ? 0
                            : Integer.parseInt(config.getSpec().getData().toStringUtf8());
                    tx.update(config.toBuilder()
                            .setSpec(config.getSpec().toBuilder().setData(ByteString.copyFromUtf8("" + (n + 1))))
                            .build());
                    return null;
                });
            }
            manager.write("last");
            assertThat(manager.read("c0").orElseThrow().getSpec().getData().toStringUtf8())
                    .isEqualTo("200");
        }
    }

    @Test
    void stopsAtADamagedLogAndNamesIt() throws Exception {
        try (Manager manager = start()) {
            manager.write("c1");
            manager.write("c2");
        }
        Path log = state.resolve("raft/0000000000000001.log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 2] ^= 1;
        Files.write(log, bytes);
        try (Manager manager = new Manager(state, 1000)) {
            assertThat(manager.failed.get(10, TimeUnit.SECONDS))
                    .contains(log.toString(), "skepd repair-log")
                    .doesNotContain("\n");
            assertThat(manager.read("c1")).isPresent();
        }
        assertThat(Files.readAllBytes(log)).isEqualTo(bytes);
    }

    @Test
    void stopsWhenTheLogIsGone() throws Exception {
        try (Manager manager = start()) {
            manager.write("c1");
        }
        try (var files = Files.list(state.resolve("raft"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        try (Manager manager = new Manager(state, 1000)) {
            assertThat(manager.failed.get(10, TimeUnit.SECONDS)).contains("already applied");
        }
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        start().close();
        Set<Thread> after = new HashSet<>(Thread.getAllStackTraces().keySet());
        after.removeAll(before);
        for (Thread thread : after) {
            // A thread may still be listed when it has told everyone that it ends.
            thread.join(1000);
        }
        assertThat(after)
                .filteredOn(thread -> thread.isAlive() && !thread.getName().contains("surefire"))
                .isEmpty();
    }

    @Test
    void refusesWritesWhileTheDiskIsFull() throws Exception {
        assumeTrue(mounted(), "needs root, to mount a small file system");
        try {
            Path filler = state.resolve("filler");
            try (Manager manager = start()) {
                manager.write("before");
                fill(filler);
                assertThatExceptionOfType(SkepException.class)
                        .isThrownBy(() -> {
                            for (int i = 0; i < 100; i++) {
                                manager.write("refused" + i, 10_000);
                            }
                        })
                        .satisfies(e -> assertThat(e.code()).isEqualTo("LOG_UNWRITABLE"))
                        .satisfies(e -> assertThat(e.kind()).isEqualTo(ErrorKind.RESOURCE));
                assertThat(manager.read("before")).isPresent();
                assertThatExceptionOfType(SkepException.class)
                        .isThrownBy(() -> manager.write("again", 10_000))
                        .satisfies(e -> assertThat(e.code()).isEqualTo("LOG_UNWRITABLE"));
                assertThat(manager.read("again")).isEmpty();

                Files.delete(filler);
                manager.write("after", 10_000);
                assertThat(manager.read("after")).isPresent();
            }
            try (Manager manager = start()) {
                assertThat(manager.read("before")).isPresent();
                assertThat(manager.read("after")).isPresent();
                assertThat(manager.read("again")).isEmpty();
            }

            fill(filler);
            try (Manager manager = new Manager(state, 1000)) {
                assertThat(manager.read("after")).isPresent();
                assertThatExceptionOfType(SkepException.class).isThrownBy(() -> manager.write("early", 10_000));
                Files.delete(filler);
                manager.awaitLead().write("late", 10_000);
            }
        } finally {
            run("umount", "-l", state.toString());
        }
    }

    private boolean mounted() throws Exception {
        return run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", state.toString());
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    }

    private void fill(Path filler) throws IOException {
        FileStore store = Files.getFileStore(state);
        try (var out = Files.newOutputStream(filler)) {
            while (store.getUsableSpace() > 0) {
                out.write(new byte[4096]);
            }
        } catch (IOException full) {
            assertThat(store.getUsableSpace()).isZero();
        }
    }
}
