package org.skep.store.internal;

import com.google.protobuf.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.Serializer;
import org.skep.api.node.StateCipher;
import org.skep.protocol.store.ChangeAction;
import org.skep.protocol.store.ObjectChange;
import org.skep.protocol.store.SnapshotHeader;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the applied state in a MapDB file: the objects and the index of the last entry, in one MapDB transaction.
 *
 * <p>Changes are gathered for a moment and written together, behind the log, which has them already. MapDB 3.1 does not
 * replay its write-ahead log when it opens a file, so a crash within a commit can leave half of it. Therefore the file
 * carries a digest of all objects; one that does not match is set aside, and the state comes from the log again.
 *
 * <p>What is stored is encrypted, each object bound to its ID; IDs are not.
 */
public final class MapDbFile implements Persistence {

    private static final Logger LOG = LoggerFactory.getLogger(MapDbFile.class);
    private static final String TABLE = "objects";
    private static final String HEADER = "";
    private static final String CONTEXT = "store object ";
    private static final long CLOSE_SECONDS = 5;
    /** Secrets are among the objects. */
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");
    /** What an empty database takes, and as much again. */
    private static final long ROOM = 4L << 20;

    /** An object by its place. */
    private record Key(Kind kind, String id) {

        String text() {
            return kind + "/" + id;
        }
    }

    private final Path file;
    private final Duration delay;
    private final StateCipher cipher;
    private final ScheduledExecutorService writer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "skep-store"));

    /** Guards what is to be written next. */
    private final Object pending = new Object();

    private Set<Key> dirty = new HashSet<>();
    private boolean everything;
    private State latest;
    private boolean scheduled;

    /** Only the writer touches these, once it has work. */
    private DB db;

    private Map<String, byte[]> table;
    private long digest;
    /** What the file holds is what was last written to it. */
    private boolean sound;

    /**
     * @param file of the database; others that start with its name belong to it, too
     * @param delay how long changes are gathered
     * @param cipher for what is stored
     */
    public MapDbFile(Path file, Duration delay, StateCipher cipher) {
        this.file = file;
        this.delay = delay;
        this.cipher = cipher;
    }

    @Override
    public State load() {
        if (!Files.exists(file)) {
            return State.EMPTY;
        }
        // Mapped, since this reads all of it; but never written so: a full disk would take the process with it.
        try (DB reading = DBMaker.fileDB(file.toFile())
                .fileLockDisable()
                .fileMmapEnable()
                .readOnly()
                .make()) {
            State state = read(reading.hashMap(TABLE, Serializer.STRING, Serializer.BYTE_ARRAY)
                    .open());
            sound = true;
            return state;
        } catch (IOException | RuntimeException | LinkageError | AssertionError | OutOfMemoryError e) {
            // Whatever the file makes MapDB do: it is only a copy.
            LOG.warn("{} cannot be used; the state is rebuilt from the log: {}", file, e.toString());
            LOG.debug("What MapDB made of {}", file, e);
            setAside();
            return State.EMPTY;
        }
    }

    /** Without MapDB's lock, which outlives a file that could not be opened: the daemon locks its state directory. */
    private void open() {
        db = DBMaker.fileDB(file.toFile()).fileLockDisable().transactionEnable().make();
        table = db.hashMap(TABLE, Serializer.STRING, Serializer.BYTE_ARRAY).createOrOpen();
    }

    private State read(Map<String, byte[]> objects) throws IOException {
        byte[] header = objects.get(HEADER);
        if (header == null) {
            throw new IOException("it has no header");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(cipher.open(header, context(HEADER))));
        long expected = in.readLong();
        SnapshotHeader state = SnapshotHeader.parseFrom(in);
        Tables tables = Tables.EMPTY;
        long found = 0;
        for (Map.Entry<String, byte[]> entry : objects.entrySet()) {
            if (!entry.getKey().equals(HEADER)) {
                ObjectChange change = ObjectChange.parseFrom(cipher.open(entry.getValue(), context(entry.getKey())));
                tables = tables.with(Models.of(change).unwrap().apply(change));
                found += digest(entry.getKey(), entry.getValue());
            }
        }
        if (found != expected || tables.size() != state.getObjects()) {
            throw new IOException("its objects do not match their digest");
        }
        digest = found;
        return new State(state.getIndex(), state.getBase(), state.getProposer(), state.getSequence(), tables);
    }

    private static byte[] context(String key) {
        return (CONTEXT + key).getBytes(StandardCharsets.UTF_8);
    }

    /** Adds up over objects as they are stored, whatever their order. */
    private static long digest(String key, byte[] value) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        CRC32 low = new CRC32();
        CRC32C high = new CRC32C();
        low.update(name);
        high.update(name);
        low.update(value);
        high.update(value);
        return high.getValue() << 32 | low.getValue();
    }

    @Override
    public void changed(State state, Collection<Change> changes) {
        synchronized (pending) {
            for (Change change : changes) {
                dirty.add(new Key(change.kind(), change.id()));
            }
            latest = state;
            schedule(delay);
        }
    }

    @Override
    public void replaced(State state) {
        synchronized (pending) {
            everything = true;
            dirty = new HashSet<>();
            latest = state;
            schedule(delay);
        }
    }

    private void schedule(Duration after) {
        if (!scheduled && !writer.isShutdown()) {
            scheduled = true;
            writer.schedule(this::writeOut, after.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void writeOut() {
        Set<Key> keys;
        boolean all;
        State state;
        synchronized (pending) {
            keys = dirty;
            all = everything;
            state = latest;
            dirty = new HashSet<>();
            everything = false;
            scheduled = false;
        }
        try {
            write(state, keys, all || !sound);
            sound = true;
        } catch (IOException | RuntimeException | LinkageError | AssertionError e) {
            LOG.warn("{} could not be written; nothing is lost, the log has it: {}", file, e.toString());
            LOG.debug("What MapDB made of {}", file, e);
            sound = false;
            discard();
            delete();
            synchronized (pending) {
                everything = true;
                schedule(delay.multipliedBy(5));
            }
        }
    }

    private void write(State state, Set<Key> keys, boolean all) throws IOException {
        if (all) {
            discard();
            delete();
            checkRoom();
            open();
            Files.setPosixFilePermissions(file, PRIVATE);
            digest = 0;
            for (Kind kind : Kind.values()) {
                for (Message object : state.tables().of(kind).all()) {
                    put(new Key(kind, Models.of(kind).idOf(object)), object);
                }
            }
        } else {
            if (db == null) {
                open();
            }
            for (Key key : keys) {
                put(key, state.tables().find(key.kind(), key.id()));
            }
        }
        table.put(HEADER, header(state));
        db.commit();
    }

    /** MapDB leaks its files when it runs out of room while it creates one: it must not even try. */
    private void checkRoom() throws IOException {
        if (Files.getFileStore(file.getParent()).getUsableSpace() < ROOM) {
            throw new IOException("no space left on device");
        }
    }

    /** Writes the object, or takes it out if it is null. */
    private void put(Key key, Message object) {
        String text = key.text();
        byte[] before;
        if (object == null) {
            before = table.remove(text);
        } else {
            ObjectChange.Builder change = ObjectChange.newBuilder().setAction(ChangeAction.CHANGE_ACTION_CREATE);
            Models.of(key.kind()).wrapInto(change, object);
            byte[] value = cipher.seal(change.build().toByteArray(), context(text));
            before = table.put(text, value);
            digest += digest(text, value);
        }
        if (before != null) {
            digest -= digest(text, before);
        }
    }

    private byte[] header(State state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(digest);
        Snapshots.header(state).writeTo(out);
        return cipher.seal(bytes.toByteArray(), context(HEADER));
    }

    /** Lets go of the file without a word to it. */
    private void discard() {
        DB open = db;
        db = null;
        table = null;
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException | AssertionError e) {
                LOG.debug("MapDB did not close {}", file, e);
            }
        }
    }

    private void setAside() {
        try {
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + ".damaged"),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("{} could not be set aside", file, e);
        }
        delete();
    }

    /** The database and MapDB's write-ahead logs beside it. */
    private void delete() {
        try {
            for (Path part : parts()) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            LOG.warn("{} could not be removed", file, e);
        }
    }

    private List<Path> parts() throws IOException {
        String name = file.getFileName().toString();
        try (var siblings = Files.list(file.getParent())) {
            return siblings.filter(sibling -> {
                        String other = sibling.getFileName().toString();
                        return other.equals(name) || other.startsWith(name + ".wal.");
                    })
                    .toList();
        }
    }

    @Override
    public void close() {
        boolean unwritten;
        synchronized (pending) {
            unwritten = scheduled;
            scheduled = true;
        }
        Future<?> closed = writer.submit(() -> {
            if (unwritten) {
                writeOut();
            }
            discard();
        });
        try {
            closed.get(CLOSE_SECONDS, TimeUnit.SECONDS);
            writer.shutdownNow();
            writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("{} did not close; the log has what it lacks", file, e);
            writer.shutdownNow();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
