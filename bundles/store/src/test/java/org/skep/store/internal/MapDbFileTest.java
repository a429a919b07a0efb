package org.skep.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.Serializer;
import org.skep.api.testing.TestCipher;
import org.skep.store.Kind;

class MapDbFileTest {

    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir
    Path directory;

    private Path file;
    private long index;

    @BeforeEach
    void place() {
        file = directory.resolve("store.db");
    }

    private MapDbFile open() {
        return new MapDbFile(file, NEVER, new TestCipher());
    }

    private ReplicatedStore store(Persistence persistence) {
        ReplicatedStore store = ReplicatedStore.on(persistence, Clock.systemUTC());
        index = store.appliedIndex();
        store.bind(entry -> {
            CompletableFuture<Long> confirmed = new CompletableFuture<>();
            index++;
            long mine = index;
            new Thread(() -> {
                        try {
                            store.apply(mine, entry);
                            confirmed.complete(mine);
                        } catch (IOException e) {
                            confirmed.completeExceptionally(e);
                        }
                    })
                    .start();
            return confirmed;
        });
        return store;
    }

    private State filled() throws Exception {
        ReplicatedStore store = store(open());
        for (int i = 0; i < 50; i++) {
            String id = "c" + i;
            store.update(tx -> {
                tx.create(TransactionTest.config(id, "name-" + id));
                return null;
            });
        }
        store.update(tx -> {
            tx.delete(Kind.CONFIG, "c7");
            tx.update(tx.configs().get("c8").orElseThrow().toBuilder()
                    .setSpec(TransactionTest.config("c8", "renamed").getSpec())
                    .build());
            return null;
        });
        State state = (State) store.view();
        store.close();
        return state;
    }

    private State reopened() {
        MapDbFile again = open();
        try {
            return again.load();
        } finally {
            again.close();
        }
    }

    @Test
    void givesBackWhatItKept() throws Exception {
        State state = filled();
        State found = reopened();

        assertThat(found.index()).isEqualTo(51);
        assertThat(found.base()).isEqualTo(state.base());
        assertThat(found.proposer()).isEqualTo(state.proposer());
        assertThat(state.changesTo(found)).isEmpty();
        assertThat(found.configs().named("renamed")).isPresent();
        assertThat(found.configs().get("c7")).isEmpty();
    }

    @Test
    void goesOnFromWhatItKept() throws Exception {
        filled();
        ReplicatedStore store = store(open());
        store.update(tx -> {
            tx.create(TransactionTest.config("new", "new"));
            return null;
        });
        store.close();
        assertThat(reopened().configs().size()).isEqualTo(50);
        assertThat(reopened().index()).isEqualTo(52);
    }

    @Test
    void showsNothingToWhoReadsTheFile() throws Exception {
        filled();
        try (var files = Files.list(directory)) {
            for (Path written : files.toList()) {
                String text = Files.readString(written, StandardCharsets.ISO_8859_1);
                assertThat(text).as(written.toString()).doesNotContain("name-c", "renamed");
            }
        }
    }

    @Test
    void doesNotTakeWhatWasWrittenWithAnotherKey() throws Exception {
        filled();
        MapDbFile other = new MapDbFile(file, NEVER, new TestCipher(2));
        assertThat(other.load().index()).isZero();
        other.close();
        assertThat(directory.resolve("store.db.damaged")).exists();
    }

    @Test
    void doesNotTakeObjectsThatHaveChangedPlaces() throws Exception {
        filled();
        try (DB db = DBMaker.fileDB(file.toFile()).transactionEnable().make()) {
            Map<String, byte[]> objects = db.hashMap("objects", Serializer.STRING, Serializer.BYTE_ARRAY)
                    .open();
            byte[] first = objects.get("CONFIG/c1");
            objects.put("CONFIG/c1", objects.get("CONFIG/c2"));
            objects.put("CONFIG/c2", first);
            db.commit();
        }
        assertThat(reopened().index()).isZero();
    }

    @Test
    void startsEmptyWithoutAFile() throws Exception {
        filled();
        Files.delete(file);
        assertThat(reopened()).isSameAs(State.EMPTY);
        ReplicatedStore store = store(open());
        store.update(tx -> {
            tx.create(TransactionTest.config("new", "new"));
            return null;
        });
        store.close();
        assertThat(reopened().configs().size()).isEqualTo(1);
    }

    @Test
    void setsATruncatedFileAside() throws Exception {
        filled();
        byte[] sound = Files.readAllBytes(file);
        for (long length : new long[] {0, 1, 1000, sound.length / 2, sound.length - 1}) {
            Files.write(file, sound);
            try (RandomAccessFile io = new RandomAccessFile(file.toFile(), "rw")) {
                io.setLength(length);
            }
            State found = reopened();
            if (found.index() == 0) {
                assertThat(file.resolveSibling("store.db.damaged")).exists();
                assertThat(file).doesNotExist();
            } else {
                // Nothing but padding was cut.
                assertThat(found.configs().size()).isEqualTo(49);
            }
            Files.deleteIfExists(file);
        }
    }

    @Test
    void neverTakesAFlippedBitForAnObject() throws Exception {
        State state = filled();
        byte[] sound = Files.readAllBytes(file);
        Random random = new Random(7);
        int damaged = 0;
        for (int round = 0; round < 60; round++) {
            byte[] bytes = sound.clone();
            int used = lastUsed(sound);
            bytes[random.nextInt(used)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bytes);
            State found = reopened();
            if (found.index() == 0) {
                damaged++;
            } else {
                assertThat(state.changesTo(found)).isEmpty();
            }
            Files.deleteIfExists(file);
        }
        assertThat(damaged).isPositive();
    }

    private static int lastUsed(byte[] bytes) {
        int last = bytes.length;
        while (last > 0 && bytes[last - 1] == 0) {
            last--;
        }
        return last;
    }

    @Test
    void leavesNoFileOpen() throws Exception {
        filled();
        reopened();
        Path descriptors = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(descriptors), "needs /proc");
        List<String> open = new ArrayList<>();
        try (var links = Files.list(descriptors)) {
            for (Path link : links.toList()) {
                if (Files.isSymbolicLink(link) && Files.exists(link)) {
                    open.add(Files.readSymbolicLink(link).toString());
                }
            }
        }
        assertThat(open).noneMatch(target -> target.contains("store.db"));
    }

    @Test
    void survivesAFileThatIsNone() throws Exception {
        Files.writeString(file, "not a database");
        assertThat(reopened()).isSameAs(State.EMPTY);
    }
}
