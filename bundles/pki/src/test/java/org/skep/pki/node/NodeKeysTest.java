package org.skep.pki.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeIdentity;
import org.skep.api.node.StateCipher;
import org.skep.pki.NodeKeys.State;
import org.skep.pki.RootRotation;
import org.skep.pki.UnlockKey;
import org.skep.pki.x509.Pem;
import org.skep.protocol.RootCA;
import org.skep.protocol.TrustedRoots;

final class NodeKeysTest {

    private static final String NODE = "0123456789abcdefghijklmno";
    private static final String CLUSTER = "zyxwvutsrqponmlkjihgfedcb";
    private static final byte[] CONTEXT = {7};

    @TempDir
    Path stateDir;

    private KeyRig rig;

    @BeforeEach
    void start() {
        rig = new KeyRig(stateDir);
    }

    private RootCA create(Optional<UnlockKey> lock) {
        return rig.node
                .create(NODE, CLUSTER, Duration.ofHours(2160), lock.map(UnlockKey::bytes))
                .root();
    }

    /** Another start of the daemon. */
    private void restart() {
        rig = new KeyRig(stateDir, rig.loops, 2);
    }

    @Test
    void nothingIsThereAtFirst() {
        assertThat(rig.node.state()).isEqualTo(State.ABSENT);
        assertThat(rig.node.identity()).isEmpty();
    }

    @Test
    void whatWasSealedIsOpenedAfterARestart() {
        create(Optional.empty());
        byte[] sealed = rig.service(StateCipher.class).seal(new byte[] {1, 2, 3}, CONTEXT);

        restart();
        assertThat(rig.node.state()).isEqualTo(State.OPENABLE);
        assertThat(rig.node.open()).isEqualTo(new NodeIdentity(NODE, true, CLUSTER));

        assertThat(rig.service(StateCipher.class).open(sealed, CONTEXT)).containsExactly(1, 2, 3);
        assertThat(rig.service(NodeCredentials.class).identity().nodeId()).isEqualTo(NODE);
    }

    @Test
    void theClusterGetsCertificateDigestAndTokens() {
        RootCA root = create(Optional.empty());

        assertThat(root.getCaCert().toStringUtf8()).startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(root.getCaKey().toStringUtf8()).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(root.getCaCertHash()).matches("sha256:[0-9a-f]{64}");
        assertThat(root.getJoinTokens().getWorker()).matches("SWMTKN-1-[0-9a-z]{50}-[0-9a-z]{25}");
        assertThat(root.getJoinTokens().getManager())
                .isNotEqualTo(root.getJoinTokens().getWorker());
    }

    @Test
    void filesAreTheOwnersAlone() throws IOException {
        create(Optional.empty());
        for (Path file : files()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.keys)))
                .isEqualTo("rwx------");
    }

    @Test
    void aLockedManagerOpensWithItsKeyOnly() {
        UnlockKey key = UnlockKey.random();
        create(Optional.of(key));
        byte[] sealed = rig.service(StateCipher.class).seal(new byte[] {1}, CONTEXT);

        restart();
        assertThat(rig.node.state()).isEqualTo(State.LOCKED);
        assertThatThrownBy(rig.node::open).extracting("code").isEqualTo("LOCKED");
        assertThatThrownBy(() -> rig.node.unlock(UnlockKey.random().text()))
                .extracting("code")
                .isEqualTo("INVALID_UNLOCK_KEY");
        assertThat(rig.services).isEmpty();

        rig.node.unlock(key.text());
        assertThat(rig.service(StateCipher.class).open(sealed, CONTEXT)).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SWMKEY-1-",
                "SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_A",
                "SWMKEY-2-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "SWMTKN-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void whatIsNoUnlockKeyIsSaidToBeNone(String text) {
        assertThatThrownBy(() -> rig.node.unlock(text))
                .isInstanceOfSatisfying(
                        SkepException.class, e -> assertThat(e.code()).isEqualTo("INVALID_UNLOCK_KEY"))
                .message()
                .satisfies(message ->
                        assertThat(text.isEmpty() || !message.contains(text)).isTrue());
    }

    @Test
    void lockingLeavesTheStateKeyNowhereOnDisk() throws IOException {
        create(Optional.empty());
        List<byte[]> secrets = secretsOnDisk();
        assertThat(secrets).isNotEmpty();
        UnlockKey key = UnlockKey.random();

        rig.lock(Optional.of(key), 5);

        for (Path file : files()) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1).replace("\n", "");
            for (byte[] secret : secrets) {
                assertThat(text).doesNotContain(Base64.getEncoder().encodeToString(secret));
            }
            assertThat(text).doesNotContain(Base64.getEncoder().encodeToString(key.bytes()));
        }
        restart();
        rig.node.unlock(key.text());
    }

    @Test
    void lockingAndUnlockingKeepsWhatWasSealed() {
        create(Optional.empty());
        byte[] sealed = rig.service(StateCipher.class).seal(new byte[] {9}, CONTEXT);
        UnlockKey first = UnlockKey.random();
        UnlockKey second = UnlockKey.random();

        rig.lock(Optional.of(first), 5);
        rig.lock(Optional.of(second), 8);
        restart();
        assertThatThrownBy(() -> rig.node.unlock(first.text()))
                .extracting("code")
                .isEqualTo("INVALID_UNLOCK_KEY");
        rig.node.unlock(second.text());
        rig.lock(Optional.empty(), 9);
        restart();
        rig.node.open();

        assertThat(rig.service(StateCipher.class).open(sealed, CONTEXT)).containsExactly(9);
    }

    /** Who has the old key, and the disk, must not find what it opened. */
    @Test
    void anotherUnlockKeyLeavesNothingThatTheOldOneOpens(@TempDir Path elsewhere) throws IOException {
        UnlockKey old = UnlockKey.random();
        UnlockKey next = UnlockKey.random();
        create(Optional.of(old));
        Path before = elsewhere.resolve("before");
        Files.createLink(before, rig.keys.resolve("node.pem"));

        rig.lock(Optional.of(next), 5);

        assertThat(Files.readAllBytes(before)).containsOnly(0);
        restart();
        assertThatThrownBy(() -> rig.node.unlock(old.text())).extracting("code").isEqualTo("INVALID_UNLOCK_KEY");
        rig.node.unlock(next.text());
        assertThat(files())
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder("node.pem", "roots.pem");
    }

    /** A manager that starts reads its log from an earlier point on. */
    @Test
    void anOlderClusterObjectDoesNotChangeTheLock() {
        create(Optional.empty());
        UnlockKey old = UnlockKey.random();
        UnlockKey recent = UnlockKey.random();
        rig.lock(Optional.of(old), 5);
        rig.lock(Optional.of(recent), 8);
        restart();
        rig.node.unlock(recent.text());

        rig.lock(Optional.of(old), 5);
        rig.lock(Optional.empty(), 4);

        restart();
        rig.node.unlock(recent.text());
    }

    @Test
    void aCrashBetweenAnyTwoWritesLeavesKeysThatOpen() throws IOException {
        create(Optional.empty());
        UnlockKey key = UnlockKey.random();
        byte[] unlocked = Files.readAllBytes(rig.keys.resolve("node.pem"));
        byte[] sealed = rig.service(StateCipher.class).seal(new byte[] {9}, CONTEXT);
        rig.lock(Optional.of(key), 5);
        byte[] locked = Files.readAllBytes(rig.keys.resolve("node.pem"));

        // What a crash leaves: the new file half written or whole beside the old one.
        for (byte[] unfinished : List.of(new byte[0], Arrays.copyOf(unlocked, unlocked.length / 2), unlocked)) {
            Files.write(rig.keys.resolve("node.pem"), locked);
            Files.write(rig.keys.resolve("node.pem.new"), unfinished);
            restart();
            assertThat(rig.node.state()).isEqualTo(State.LOCKED);
            rig.node.unlock(key.text());
            assertThat(rig.service(StateCipher.class).open(sealed, CONTEXT)).containsExactly(9);
            assertThat(files())
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder("node.pem", "roots.pem");
        }
    }

    /** Whatever a change does to the files, each moment of it is one at which the power may fail. */
    @Test
    void everyMomentOfEveryChangeIsOneToStartFrom() throws IOException {
        RootCA root = create(Optional.empty());
        byte[] sealed = rig.service(StateCipher.class).seal(new byte[] {9}, CONTEXT);
        byte[] both = TrustedRoots.of(RootRotation.begin(root, rig.loops.now())).toByteArray();
        UnlockKey first = UnlockKey.random();
        UnlockKey second = UnlockKey.random();
        Map<String, byte[]> before = contents();
        long version = 1;
        for (Optional<UnlockKey> lock :
                List.of(Optional.of(first), Optional.of(second), Optional.<UnlockKey>empty(), Optional.of(first))) {
            byte[] roots = version % 2 == 0 ? root.getCaCert().toByteArray() : both;
            rig.node.follow(roots, lock, version++);
            Map<String, byte[]> after = contents();
            for (Map<String, byte[]> moment : moments(before, after)) {
                put(moment);
                KeyRig restarted = new KeyRig(stateDir, rig.loops, 3);
                if (restarted.node.state() == State.LOCKED) {
                    assertThat(unlocks(restarted, first) || unlocks(restarted, second))
                            .isTrue();
                } else {
                    restarted.node.open();
                }
                assertThat(restarted.service(StateCipher.class).open(sealed, CONTEXT))
                        .containsExactly(9);
            }
            put(after);
            before = after;
        }
    }

    private static boolean unlocks(KeyRig rig, UnlockKey key) {
        try {
            rig.node.unlock(key.text());
            return true;
        } catch (SkepException e) {
            assertThat(e.code()).isEqualTo("INVALID_UNLOCK_KEY");
            return false;
        }
    }

    /** One file after the other, each half written beside itself, then whole beside itself, then in place. */
    private static List<Map<String, byte[]>> moments(Map<String, byte[]> before, Map<String, byte[]> after) {
        List<Map<String, byte[]>> moments = new ArrayList<>();
        Map<String, byte[]> now = new TreeMap<>(before);
        moments.add(Map.copyOf(now));
        for (String name : List.of("roots.pem", "node.pem")) {
            byte[] next = after.get(name);
            for (byte[] unfinished : List.of(new byte[0], Arrays.copyOf(next, next.length / 2), next)) {
                Map<String, byte[]> moment = new TreeMap<>(now);
                moment.put(name + ".new", unfinished);
                moments.add(moment);
            }
            now.put(name, next);
            moments.add(Map.copyOf(now));
        }
        return moments;
    }

    private Map<String, byte[]> contents() throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        for (Path file : files()) {
            contents.put(file.getFileName().toString(), Files.readAllBytes(file));
        }
        return contents;
    }

    private void put(Map<String, byte[]> contents) throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
            Files.write(rig.keys.resolve(file.getKey()), file.getValue());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"node.pem", "roots.pem"})
    void damageIsNamedByItsFile(String name) throws IOException {
        create(Optional.empty());
        Path file = rig.keys.resolve(name);
        byte[] good = Files.readAllBytes(file);
        List<byte[]> bad = new ArrayList<>(List.of(
                new byte[0],
                "garbage".getBytes(StandardCharsets.US_ASCII),
                "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n".getBytes(StandardCharsets.US_ASCII)));
        for (int length = 1; length < good.length - 1; length += good.length / 13) {
            bad.add(Arrays.copyOf(good, length));
        }
        for (byte[] content : bad) {
            Files.write(file, content);
            restart();
            assertThat(rig.node.state()).isEqualTo(State.OPENABLE);
            assertThatThrownBy(rig.node::open).isInstanceOfSatisfying(SkepException.class, e -> {
                assertThat(e.code()).isEqualTo("KEYS_DAMAGED");
                assertThat(e.line()).contains(file.toString()).doesNotContain("\n");
            });
            assertThat(rig.services).isEmpty();
        }
        Files.delete(file);
        assertThatThrownBy(rig.node::open)
                .hasMessageContaining(file + " is damaged: it is missing")
                .extracting("code")
                .isEqualTo("KEYS_DAMAGED");
    }

    @Test
    void keysAreWrittenThoughSomebodyIsToGiveUp() {
        Thread.currentThread().interrupt();
        create(Optional.empty());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(rig.node.state()).isEqualTo(State.OPENABLE);
    }

    @Test
    void anotherNodesRootsAreDamage(@TempDir Path other) throws IOException {
        create(Optional.empty());
        KeyRig stranger = new KeyRig(other);
        stranger.node.create(NODE, CLUSTER, Duration.ofHours(2160), Optional.empty());

        Files.copy(
                stranger.keys.resolve("roots.pem"), rig.keys.resolve("roots.pem"), StandardCopyOption.REPLACE_EXISTING);
        restart();

        assertThatThrownBy(rig.node::open)
                .hasMessageContaining("no root CA trusted here has issued")
                .extracting("code")
                .isEqualTo("KEYS_DAMAGED");
    }

    @Test
    void closingKeepsAndWipingDeletes() {
        create(Optional.empty());
        rig.node.close();
        assertThat(rig.services).isEmpty();
        assertThat(rig.node.identity()).isEmpty();
        assertThat(rig.node.state()).isEqualTo(State.OPENABLE);

        rig.node.open();
        rig.node.wipe();
        assertThat(rig.services).isEmpty();
        assertThat(rig.node.state()).isEqualTo(State.ABSENT);
        assertThat(rig.keys).doesNotExist();
    }

    @Test
    void aCipherRefusesWhatItDidNotSeal() {
        create(Optional.empty());
        StateCipher cipher = rig.service(StateCipher.class);
        byte[] sealed = cipher.seal(new byte[100], CONTEXT);
        assertThat(cipher.seal(new byte[100], CONTEXT)).isNotEqualTo(sealed);

        for (int at = 0; at < sealed.length; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> cipher.open(changed, CONTEXT))
                    .extracting("code")
                    .isEqualTo("STATE_DAMAGED");
            byte[] cut = Arrays.copyOf(sealed, at);
            assertThatThrownBy(() -> cipher.open(cut, CONTEXT))
                    .extracting("code")
                    .isEqualTo("STATE_DAMAGED");
        }
        assertThatThrownBy(() -> cipher.open(sealed, new byte[] {8}))
                .extracting("code")
                .isEqualTo("STATE_DAMAGED");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(rig.keys)) {
            return files.toList();
        }
    }

    private List<byte[]> secretsOnDisk() throws IOException {
        return Pem.blocks(Files.readAllBytes(rig.keys.resolve("node.pem"))).stream()
                .filter(block -> block.getType().equals("SKEP STATE KEY"))
                .map(PemObject::getContent)
                .toList();
    }
}
