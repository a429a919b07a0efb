package org.skep.raft.log;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.skep.api.file.DurableFile;

/**
 * Checks a log, and cuts a damaged one back to what is sound. The daemon must not be running. Needs no key, and so cannot
 * tell whether what is sound was encrypted by this node.
 */
public final class LogTool {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Path directory;
    private final boolean alone;
    private final PrintStream out;
    private final Clock clock;

    /**
     * @param directory the log's, {@code raft} in the state directory
     * @param alone whether no other manager is known
     */
    public LogTool(Path directory, boolean alone, PrintStream out, Clock clock) {
        this.directory = directory;
        this.alone = alone;
        this.out = out;
        this.clock = clock;
    }

    /** Says whether the log is sound, and changes nothing. */
    public boolean check() throws IOException {
        if (!Files.isDirectory(directory)) {
            out.println("there is no log in " + directory);
            return true;
        }
        try {
            EntryLog.check(directory);
            out.println("the log in " + directory + " is sound");
            return true;
        } catch (DamagedLogException e) {
            out.println(e.getMessage());
            return false;
        }
    }

    /**
     * Copies the log aside, then drops everything from the first damaged entry on; where there are other managers, this one
     * has no vote until they have sent it again. The state is rebuilt from what is left, so the file that holds a copy of it
     * is moved aside, too.
     *
     * @return whether the log is sound now
     */
    public boolean repair() throws IOException {
        String stamp = STAMP.format(clock.instant());
        Path copy = directory.resolveSibling(directory.getFileName() + ".damaged-" + stamp);
        copyTo(copy);
        out.println("the log as it was is kept in " + copy);
        Path state = directory.resolveSibling("store.db");
        if (Files.exists(state)) {
            Path aside = directory.resolveSibling("store.db.damaged-" + stamp);
            Files.move(state, aside);
            out.println("the state as it was is kept in " + aside);
        }
        if (!alone) {
            // First: a crash must not leave behind a part that counts as the whole.
            Incomplete.mark(directory);
            out.println("the other managers send again what is dropped, and until then this one has no vote");
        }
        while (true) {
            try {
                EntryLog.check(directory);
                out.println("the log in " + directory + " is sound now");
                return true;
            } catch (DamagedLogException e) {
                if (!cut(e)) {
                    return false;
                }
            }
        }
    }

    private void copyTo(Path copy) throws IOException {
        Files.createDirectory(copy);
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        DurableFile.syncDirectory(copy);
    }

    private boolean cut(DamagedLogException damage) throws IOException {
        Path file = damage.file();
        if (file.equals(VoteFile.path(directory))) {
            VoteFile.create(directory, lastTerm());
            out.println("wrote a new " + file);
            return true;
        }
        List<Path> files = Segment.files(directory);
        if (!files.contains(file)) {
            out.println("this cannot be repaired: restore " + file + " from a backup");
            return false;
        }
        for (Path later : files.subList(files.indexOf(file) + 1, files.size())) {
            DurableFile.delete(later);
            out.println("dropped " + later);
        }
        if (damage.position() < Segment.FILE_HEADER) {
            DurableFile.delete(file);
            out.println("dropped " + file);
        } else {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(damage.position());
                channel.force(true);
            }
            out.println("cut " + file + " back to " + damage.position() + " bytes");
        }
        return true;
    }

    /** The highest term of the sound entries: later votes count from there. */
    private long lastTerm() throws IOException {
        long term = 0;
        for (Path file : Segment.files(directory)) {
            try (Segment segment = Segment.open(file, true, 0)) {
                if (segment.nextIndex() > segment.firstIndex()) {
                    term = Math.max(term, segment.term(segment.nextIndex() - 1));
                }
            } catch (DamagedLogException e) {
                out.println(e.getMessage());
            }
        }
        long snapshot =
                SnapshotFile.read(directory).map(file -> file.last().term()).orElse(0L);
        return Math.max(term, snapshot);
    }
}
