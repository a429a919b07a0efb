package org.skep.pki.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.util.io.pem.PemHeader;
import org.bouncycastle.util.io.pem.PemObject;
import org.skep.api.SkepException;
import org.skep.api.file.DurableFile;
import org.skep.api.file.IoReasons;
import org.skep.pki.NodeKeys.State;
import org.skep.pki.UnlockKey;
import org.skep.pki.x509.Pem;
import org.skep.pki.x509.Roots;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's keys on disk, in two files. {@code roots.pem} has what the node trusts. {@code node.pem} has all that changes
 * together: the certificate chain, the private key sealed with the state key, and the state key, either open or locked
 * with the unlock key. One file, because it is replaced as a whole: no crash leaves a certificate without its key, or a
 * key both open and locked.
 */
final class KeyFiles {

    private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);

    static final String NODE_FILE = "node.pem";
    static final String ROOTS_FILE = "roots.pem";

    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String SEALED_KEY = "SKEP SEALED PRIVATE KEY";
    private static final String STATE_KEY = "SKEP STATE KEY";
    private static final String LOCKED_STATE_KEY = "SKEP LOCKED STATE KEY";
    private static final String CHECKSUM = "SKEP CHECKSUM";
    private static final String VERSION = "Version";
    private static final byte[] PRIVATE_KEY_CONTEXT = "node private key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STATE_KEY_CONTEXT = "state key".getBytes(StandardCharsets.US_ASCII);

    private final Path directory;

    /** @param directory need not exist */
    KeyFiles(Path directory) {
        this.directory = directory;
    }

    /** What {@code node.pem} says. */
    private record Content(
            List<X509Certificate> chain, byte[] stateKey, boolean locked, long version, byte[] privateKey) {}

    State state() {
        if (!Files.exists(file(NODE_FILE)) && !Files.exists(file(ROOTS_FILE))) {
            return State.ABSENT;
        }
        try {
            return read().locked() ? State.LOCKED : State.OPENABLE;
        } catch (SkepException e) {
            // To open it says what is wrong.
            return State.OPENABLE;
        }
    }

    /**
     * Reads the keys.
     *
     * @param unlock needed if they are locked
     * @throws SkepException {@code KEYS_DAMAGED}, {@code LOCKED} or {@code INVALID_UNLOCK_KEY}
     */
    OpenKeys open(Optional<UnlockKey> unlock) {
        removeUnfinished();
        Content content = read();
        if (content.locked() && unlock.isEmpty()) {
            throw SkepException.state(
                    "LOCKED", "this manager is locked", "run 'swarm unlock' with the swarm's unlock key");
        }
        byte[] stateKey = content.stateKey();
        if (content.locked()) {
            try {
                stateKey = new AesStateCipher(unlock.orElseThrow().bytes()).open(stateKey, STATE_KEY_CONTEXT);
            } catch (SkepException e) {
                throw SkepException.user(
                        "INVALID_UNLOCK_KEY",
                        "wrong unlock key",
                        "'swarm unlock-key' on another manager prints it; if it was replaced while this one was off, "
                                + "take the one before");
            }
        }
        Credential credential = credential(content, stateKey);
        return new OpenKeys(credential, stateKey, content.locked() ? unlock : Optional.empty(), content.version());
    }

    private Credential credential(Content content, byte[] stateKey) {
        PrivateKey key;
        try {
            key = Pem.privateKey(new AesStateCipher(stateKey).open(content.privateKey(), PRIVATE_KEY_CONTEXT));
        } catch (SkepException | InvalidKeyException e) {
            throw damaged(NODE_FILE, "its private key cannot be read");
        }
        Roots roots;
        try {
            roots = Roots.of(bytes(ROOTS_FILE));
        } catch (CertificateException e) {
            throw damaged(ROOTS_FILE, e.getMessage());
        }
        try {
            return new Credential(content.chain(), key, roots);
        } catch (CertificateException e) {
            throw damaged(NODE_FILE, e.getMessage());
        }
    }

    private Content read() {
        byte[] bytes = bytes(NODE_FILE);
        try {
            List<PemObject> blocks = Pem.blocks(bytes);
            int last = blocks.size() - 1;
            if (last < 0
                    || !blocks.get(last).getType().equals(CHECKSUM)
                    || !MessageDigest.isEqual(
                            blocks.get(last).getContent(), sha256(Pem.text(blocks.subList(0, last))))) {
                throw damaged(NODE_FILE, "it is not complete, or was changed");
            }
            List<X509Certificate> chain = new ArrayList<>();
            for (PemObject block : blocks) {
                if (block.getType().equals(CERTIFICATE)) {
                    chain.add(Pem.certificate(block.getContent()));
                }
            }
            Optional<PemObject> locked = find(blocks, LOCKED_STATE_KEY);
            Optional<PemObject> open = find(blocks, STATE_KEY);
            Optional<PemObject> sealed = find(blocks, SEALED_KEY);
            if (chain.isEmpty() || sealed.isEmpty() || locked.isPresent() == open.isPresent()) {
                throw damaged(NODE_FILE, "it lacks a part");
            }
            PemObject stateKey = locked.or(() -> open).orElseThrow();
            if (open.isPresent() && stateKey.getContent().length != AesStateCipher.KEY_BYTES) {
                throw damaged(NODE_FILE, "its state key has the wrong length");
            }
            return new Content(
                    chain,
                    stateKey.getContent(),
                    locked.isPresent(),
                    version(stateKey),
                    sealed.get().getContent());
        } catch (IOException | CertificateException | NumberFormatException e) {
            throw damaged(NODE_FILE, "it is not what this node has written");
        }
    }

    private static Optional<PemObject> find(List<PemObject> blocks, String type) {
        return blocks.stream().filter(block -> block.getType().equals(type)).findFirst();
    }

    private static long version(PemObject block) {
        for (Object header : block.getHeaders()) {
            if (header instanceof PemHeader version && version.getName().equals(VERSION)) {
                return Long.parseLong(version.getValue());
            }
        }
        throw new NumberFormatException();
    }

    /**
     * Writes all of it. A crash on the way leaves the old keys or the new ones; whoever is to give up does so afterwards.
     *
     * @throws SkepException {@code KEYS_UNWRITABLE}; all is as it was, or roots are trusted that are trusted anyway
     */
    void write(OpenKeys keys) {
        boolean interrupted = Thread.interrupted();
        while (!written(keys)) {
            interrupted = Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether nobody interrupted it */
    private boolean written(OpenKeys keys) {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            replace(ROOTS_FILE, keys.credential().roots().pem());
            replace(NODE_FILE, text(keys));
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static byte[] text(OpenKeys keys) {
        List<PemObject> blocks = new ArrayList<>();
        keys.credential().chain().stream().map(Pem::block).forEach(blocks::add);
        List<PemHeader> version = List.of(new PemHeader(VERSION, Long.toString(keys.version())));
        blocks.add(keys.lock()
                .map(lock -> new PemObject(
                        LOCKED_STATE_KEY,
                        version,
                        new AesStateCipher(lock.bytes()).seal(keys.stateKey(), STATE_KEY_CONTEXT)))
                .orElseGet(() -> new PemObject(STATE_KEY, version, keys.stateKey())));
        byte[] privateKey = Pem.of(keys.credential().key());
        blocks.add(
                new PemObject(SEALED_KEY, new AesStateCipher(keys.stateKey()).seal(privateKey, PRIVATE_KEY_CONTEXT)));
        blocks.add(new PemObject(CHECKSUM, sha256(Pem.text(blocks))));
        return Pem.text(blocks);
    }

    /** Replaces the file, and overwrites what the old one had. */
    private void replace(String name, byte[] content) throws IOException {
        Path file = file(name);
        if (Files.exists(file)) {
            byte[] old = Files.readAllBytes(file);
            if (MessageDigest.isEqual(old, content)) {
                return;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                DurableFile.write(file, content);
                eraseReplaced(channel);
            }
        } else {
            DurableFile.write(file, content);
        }
    }

    /** The change has been made by now: it does not fail for this. */
    private static void eraseReplaced(FileChannel channel) {
        try {
            erase(channel);
        } catch (IOException e) {
            LOG.warn("keys that were replaced are not overwritten on disk: {}", IoReasons.of(e));
        }
    }

    private static void erase(FileChannel channel) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate((int) channel.size());
        for (long at = 0; zeros.hasRemaining(); ) {
            at += channel.write(zeros, at);
        }
        channel.force(true);
    }

    /** What a crash left half written may be a key that was to be locked since. */
    private void removeUnfinished() {
        for (Path file : list()) {
            if (!file.equals(file(NODE_FILE)) && !file.equals(file(ROOTS_FILE))) {
                remove(file);
            }
        }
    }

    /** Deletes all of it. */
    void wipe() {
        list().forEach(this::remove);
        try {
            if (Files.deleteIfExists(directory)) {
                DurableFile.syncDirectory(directory.getParent());
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private List<Path> list() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private void remove(Path file) {
        try {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                erase(channel);
            }
            DurableFile.delete(file);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private byte[] bytes(String name) {
        try {
            if (!Files.exists(file(name))) {
                throw damaged(name, "it is missing");
            }
            return Files.readAllBytes(file(name));
        } catch (IOException e) {
            throw damaged(name, IoReasons.of(e));
        }
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private SkepException damaged(String name, String reason) {
        return SkepException.resource(
                "KEYS_DAMAGED",
                file(name) + " is damaged: " + reason,
                "put it back as it was, or leave the swarm with 'swarm leave --force' and join again",
                null);
    }

    private SkepException unwritable(IOException e) {
        return SkepException.resource(
                "KEYS_UNWRITABLE", "the keys in " + directory + " cannot be written: " + IoReasons.of(e), "", e);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
