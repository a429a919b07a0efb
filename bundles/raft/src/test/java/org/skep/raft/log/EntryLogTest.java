package org.skep.raft.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.testing.TestCipher;
import org.skep.raft.LogRepair;

class EntryLogTest {

    /** Bytes that one of our entries takes when it is written alone; encryption adds the rest. */
    private static final int ENTRY = Frame.HEADER
            + Frame.RECORD_HEADER
            + new TestCipher().seal("entry 1".getBytes(StandardCharsets.UTF_8), new byte[0]).length;

    @TempDir
    Path state;

    private Path directory() {
        return state.resolve("raft");
    }

    private EntryLog open() throws IOException {
        return EntryLog.open(directory(), 0, new TestCipher());
    }

    private static LogRecord record(int i) {
        return new LogRecord(1 + i / 10, i % 7 == 0, ("entry " + i).getBytes(StandardCharsets.UTF_8));
    }

    private static void append(EntryLog log, int... numbers) throws IOException {
        log.append(Arrays.stream(numbers).mapToObj(EntryLogTest::record).toList());
    }

    private static void assertEntry(EntryLog log, int i) throws IOException {
        LogRecord found = log.get(i).orElseThrow();
        assertThat(new String(found.data(), StandardCharsets.UTF_8)).isEqualTo("entry " + i);
        assertThat(found.term()).isEqualTo(1 + i / 10);
        assertThat(found.internal()).isEqualTo(i % 7 == 0);
    }

    private Path segment(int number) throws IOException {
        return Segment.files(directory()).get(number);
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (var files = Files.list(directory())) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Arrays.toString(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    @Test
    void keepsEntriesTermAndVote() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1);
            append(log, 2, 3, 4);
            log.vote(7, new byte[] {1, 2, 3});
            log.vote(8, new byte[0]);
        }
        try (EntryLog log = open()) {
            assertThat(log.last()).isEqualTo(4);
            for (int i = 1; i <= 4; i++) {
                assertEntry(log, i);
            }
            assertThat(log.get(5)).isEmpty();
            assertThat(log.currentTerm()).isEqualTo(8);
            append(log, 5);
            assertEntry(log, 5);
        }
    }

    @Test
    void writesLargeBatchesInParts() throws Exception {
        byte[] large = filled(3 << 20);
        try (EntryLog log = open()) {
            log.append(List.of(record(1), new LogRecord(1, false, large), new LogRecord(1, false, large), record(4)));
        }
        try (EntryLog log = open()) {
            assertThat(log.last()).isEqualTo(4);
            assertThat(log.get(3).orElseThrow().data()).isEqualTo(large);
            assertEntry(log, 4);
        }
    }

    @Test
    void cutsBackBehindASnapshot() throws Exception {
        try (EntryLog log = open()) {
            for (int i = 1; i <= 20; i++) {
                append(log, i);
            }
            log.snapshot(18, ByteBuffer.wrap("state at 18".getBytes(StandardCharsets.UTF_8)));
            append(log, 21, 22);
            log.snapshot(22, ByteBuffer.wrap("state at 22".getBytes(StandardCharsets.UTF_8)));
            assertThat(log.bytes()).isLessThan(100);
        }
        try (EntryLog log = open()) {
            assertThat(log.snapshotIndex()).isEqualTo(22);
            assertThat(log.last()).isEqualTo(22);
            assertEntry(log, 22);
            assertThat(log.get(21)).isEmpty();
            assertThat(StandardCharsets.UTF_8
                            .decode(log.snapshot().orElseThrow())
                            .toString())
                    .isEqualTo("state at 22");
            append(log, 23);
        }
        try (EntryLog log = open()) {
            assertEntry(log, 23);
        }
    }

    @Test
    void forgetsWhatTheLeaderDoesNotHave() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1, 2, 3);
            append(log, 4, 5);
            log.deleteFrom(3);
            assertThat(log.last()).isEqualTo(2);
            append(log, 3);
        }
        try (EntryLog log = open()) {
            assertThat(log.last()).isEqualTo(3);
            assertEntry(log, 2);
        }
    }

    @Test
    void keepsAllIfItCannotForget() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1, 2, 3);
            Path obstacle = segment(0).resolveSibling(segment(0).getFileName() + ".new");
            Files.createDirectories(obstacle.resolve("full"));
            assertThatThrownBy(() -> log.deleteFrom(3)).isInstanceOf(IOException.class);
            assertThat(log.last()).isEqualTo(3);
            assertEntry(log, 3);
            Files.delete(obstacle.resolve("full"));
            log.deleteFrom(3);
            assertThat(log.last()).isEqualTo(2);
            append(log, 3, 4);
        }
        try (EntryLog log = open()) {
            assertThat(log.last()).isEqualTo(4);
        }
    }

    /** One whose directory may fail to be synced behind a file that has its name already. */
    private static final class FailingDisk implements Disk {
        private final List<Path> synced = new ArrayList<>();
        private boolean failing;

        @Override
        public void write(Path file, ByteBuffer... content) throws IOException {
            LOCAL.write(file, content);
            if (failing) {
                throw new IOException("no sync");
            }
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
            synced.add(directory);
            LOCAL.syncDirectory(directory);
        }
    }

    @Test
    void losesNothingBehindAFileWhoseNameIsNotSureToLast() throws Exception {
        FailingDisk disk = new FailingDisk();
        try (EntryLog log = EntryLog.open(disk, directory(), 0, new TestCipher())) {
            append(log, 1, 2, 3);
            disk.failing = true;
            assertThatThrownBy(() -> log.deleteFrom(3)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> append(log, 30)).isInstanceOf(IOException.class);
            disk.failing = false;
            assertThat(log.last()).isEqualTo(2);
            append(log, 3, 4);
        }
        try (EntryLog log = open()) {
            assertThat(log.last()).isEqualTo(4);
            assertEntry(log, 2);
            assertEntry(log, 3);
            assertEntry(log, 4);
        }
    }

    @Test
    void itsDirectoryIsThereForGood() throws Exception {
        FailingDisk disk = new FailingDisk();
        EntryLog.open(disk, directory(), 0, new TestCipher()).close();
        assertThat(disk.synced).contains(state);
    }

    @Test
    void startsOverFromASnapshotThatWasSent() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1, 2, 3);
            log.reset(40, 5, ByteBuffer.wrap(new byte[] {1}));
            append(log, 41);
        }
        try (EntryLog log = open()) {
            assertThat(log.snapshotIndex()).isEqualTo(40);
            assertThat(log.get(40).orElseThrow().term()).isEqualTo(5);
            assertThat(log.last()).isEqualTo(41);
        }
    }

    @Test
    void dropsAWriteThatWasCutShortAnywhere() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1);
            append(log, 2, 3);
        }
        byte[] whole = Files.readAllBytes(segment(0));
        int sound = Segment.FILE_HEADER + ENTRY;
        for (int length = sound; length < whole.length; length++) {
            Files.write(segment(0), Arrays.copyOf(whole, length));
            try (EntryLog log = open()) {
                assertThat(log.last()).isEqualTo(1);
                append(log, 2);
            }
            try (EntryLog log = open()) {
                assertEntry(log, 2);
            }
        }
    }

    @Test
    void dropsAWriteWhoseSectorsDidNotAllReachTheDisk() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1);
            log.append(List.of(new LogRecord(1, false, filled(4000))));
        }
        byte[] whole = Files.readAllBytes(segment(0));
        for (int sector = 1; sector * 512 < whole.length; sector++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, sector * 512, Math.min(whole.length, sector * 512 + 512), (byte) 0);
            Files.write(segment(0), torn);
            try (EntryLog log = open()) {
                assertThat(log.last()).isEqualTo(1);
            }
        }
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }

    @Test
    void aWriteKnownToBeCompleteWasNotCutShort() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1);
            append(log, 2);
        }
        byte[] whole = Files.readAllBytes(segment(0));
        Files.write(segment(0), Arrays.copyOf(whole, whole.length - 1));
        Map<String, String> before = contents();
        assertThatThrownBy(() -> EntryLog.open(directory(), 2, new TestCipher()))
                .isInstanceOf(DamagedLogException.class);
        Files.write(segment(0), Arrays.copyOf(whole, Segment.FILE_HEADER));
        assertThatThrownBy(() -> EntryLog.open(directory(), 2, new TestCipher()))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("it ends with entry 0, but entry 2 was already applied");
        Files.write(segment(0), Arrays.copyOf(whole, whole.length - 1));
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void findsEveryFlippedBitAndAltersNothing() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1, 2);
            append(log, 3);
            log.snapshot(2, ByteBuffer.wrap("state".getBytes(StandardCharsets.UTF_8)));
            append(log, 4);
            append(log, 5);
        }
        List<Path> files = new ArrayList<>(Segment.files(directory()));
        files.add(SnapshotFile.path(directory()));
        for (Path file : files) {
            byte[] sound = Files.readAllBytes(file);
            for (int bit = 0; bit < sound.length * 8; bit++) {
                byte[] damaged = sound.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                Files.write(file, damaged);
                assertThatThrownBy(() -> EntryLog.open(directory(), 0, new TestCipher()))
                        .as("%s bit %d", file.getFileName(), bit)
                        .isInstanceOf(DamagedLogException.class)
                        .hasMessageContaining(file.toString());
                assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
            }
            Files.write(file, sound);
        }
    }

    @Test
    void missesFilesThatAreGone() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1, 2);
            log.snapshot(2, ByteBuffer.wrap(new byte[] {1}));
            append(log, 3);
            append(log, 4);
        }
        Path snapshot = SnapshotFile.path(directory());
        byte[] content = Files.readAllBytes(snapshot);
        Files.delete(snapshot);
        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageContaining("nowhere");
        Files.write(snapshot, content);
        Files.delete(VoteFile.path(directory()));
        assertThatThrownBy(this::open).isInstanceOf(DamagedLogException.class).hasMessageContaining("vote");
        assertThatThrownBy(() -> EntryLog.open(state.resolve("other"), 9, new TestCipher()))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("entry 9 was already applied");
    }

    @Test
    void keepsTheTermWhenOneCopyIsDamaged() throws Exception {
        try (EntryLog log = open()) {
            log.vote(5, new byte[] {1});
            log.vote(6, new byte[] {2});
        }
        byte[] bytes = Files.readAllBytes(VoteFile.path(directory()));
        bytes[20]++;
        Files.write(VoteFile.path(directory()), bytes);
        try (EntryLog log = open()) {
            assertThat(log.currentTerm()).isBetween(5L, 6L);
        }
    }

    @Test
    void showsNothingToWhoReadsTheFiles() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1, 2, 3);
            log.snapshot(2, ByteBuffer.wrap("secret state".getBytes(StandardCharsets.UTF_8)));
            append(log, 4);
            log.reset(9, 3, ByteBuffer.wrap("secret state".getBytes(StandardCharsets.UTF_8)));
            append(log, 10);
        }
        try (var files = Files.list(directory())) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain("entry", "secret");
            }
        }
    }

    @Test
    void doesNotTakeWhatIsNotItsOwn() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1, 2);
            log.snapshot(1, ByteBuffer.wrap(new byte[] {1}));
        }
        try (EntryLog log = EntryLog.open(directory(), 0, new TestCipher(2))) {
            assertThatThrownBy(() -> log.get(2)).hasMessageContaining("entry 2", "not encrypted by this node");
            assertThatThrownBy(log::snapshot).hasMessageContaining("not encrypted by this node");
        }
    }

    @Test
    void doesNotTakeEntriesThatHaveChangedPlaces() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1, 2);
        }
        try (Segment segment = Segment.open(segment(0), true, 0)) {
            List<LogRecord> swapped = List.of(segment.get(2), segment.get(1));
            Segment.create(Disk.LOCAL, directory(), 1, swapped).close();
        }
        try (EntryLog log = open()) {
            assertThatThrownBy(() -> log.get(1)).hasMessageContaining("entry 1");
        }
    }

    @Test
    void theToolCutsBackOnlyWhenTold() throws Exception {
        try (EntryLog log = open()) {
            for (int i = 1; i <= 5; i++) {
                append(log, i);
            }
        }
        Files.writeString(state.resolve("store.db"), "state");
        byte[] bytes = Files.readAllBytes(segment(0));
        bytes[Segment.FILE_HEADER + 3 * ENTRY - 1]++;
        Files.write(segment(0), bytes);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);

        Map<String, String> before = contents();
        assertThat(LogRepair.run(directory(), false, out)).isEqualTo(1);
        assertThat(contents()).isEqualTo(before);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("entry 3 does not match its checksum", "--apply");

        assertThat(LogRepair.run(directory(), true, out)).isZero();
        try (EntryLog log = open()) {
            assertThat(log.last()).isEqualTo(2);
            assertEntry(log, 2);
        }
        assertThat(LogRepair.run(directory(), false, out)).isZero();
        assertThat(state.resolve("store.db")).doesNotExist();
        try (var kept = Files.list(state)) {
            assertThat(kept.map(path -> path.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("raft.damaged-"))
                    .anyMatch(name -> name.startsWith("store.db.damaged-"));
        }
    }

    @Test
    void theToolRestoresALostVote() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1, 25);
        }
        Files.delete(VoteFile.path(directory()));
        assertThat(LogRepair.run(directory(), true, new PrintStream(PrintStream.nullOutputStream())))
                .isZero();
        try (EntryLog log = open()) {
            assertThat(log.currentTerm()).isEqualTo(3);
        }
    }

    @Test
    void theToolLeavesNoVoteWhereOthersHaveWhatItDrops() throws Exception {
        try (EntryLog log = open()) {
            append(log, 1);
            append(log, 2);
            log.vote(5, new byte[] {1});
        }
        Files.writeString(state.resolve("node.json"), """
                { "nodeId" : "a", "managers" : [
                  { "nodeId" : "a", "address" : "h:1" }, { "nodeId" : "b", "address" : "h:2" } ] }
                """);
        byte[] bytes = Files.readAllBytes(segment(0));
        bytes[bytes.length - 3] ^= 1;
        Files.write(segment(0), bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(LogRepair.run(directory(), false, new PrintStream(out))).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("the other managers send it again");
        assertThat(LogRepair.run(directory(), true, new PrintStream(out))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("no vote");
        try (EntryLog log = open()) {
            assertThat(log.isComplete()).isFalse();
            assertThat(log.last()).isEqualTo(1);
            assertThat(log.currentTerm()).isEqualTo(5);
            assertThat(log.votedFor()).containsExactly(1);
            log.complete();
        }
        try (EntryLog log = open()) {
            assertThat(log.isComplete()).isTrue();
        }
    }
}
