package org.skep.pki;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.api.SkepException;
import org.skep.protocol.Cluster;
import org.skep.protocol.EncryptionKey;

/**
 * What opens a locked manager after a restart: {@code SWMKEY-1-} and 43 characters. All managers of a swarm have the same.
 * A secret.
 */
public final class UnlockKey {

    /** The name of managers' unlock keys among {@code Cluster.unlock_keys}. */
    private static final String SUBSYSTEM = "ca/manager";

    private static final Pattern FORM = Pattern.compile("SWMKEY-1-([0-9A-Za-z+/]{43})");
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] bytes;

    private UnlockKey(byte[] bytes) {
        this.bytes = bytes;
    }

    public static UnlockKey random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new UnlockKey(bytes);
    }

    /** @throws SkepException {@code INVALID_UNLOCK_KEY}, which does not quote it */
    public static UnlockKey parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (form.matches()) {
            try {
                return new UnlockKey(Base64.getDecoder().decode(form.group(1)));
            } catch (IllegalArgumentException e) {
                // The last character has bits to spare, which must be zero: as good as a typing error.
            }
        }
        throw SkepException.user(
                "INVALID_UNLOCK_KEY",
                "invalid unlock key",
                "SWMKEY-1- and 43 characters, as 'swarm unlock-key' prints it on another manager");
    }

    /** @throws IllegalArgumentException unless it has 32 bytes */
    public static UnlockKey of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("an unlock key of " + bytes.length + " bytes");
        }
        return new UnlockKey(bytes.clone());
    }

    /** The one that managers of this cluster are locked with; empty if they are not. */
    public static Optional<UnlockKey> of(Cluster cluster) {
        return cluster.getUnlockKeysList().stream()
                .filter(key ->
                        key.getSubsystem().equals(SUBSYSTEM) && key.getKey().size() == BYTES)
                .findFirst()
                .map(key -> new UnlockKey(key.getKey().toByteArray()));
    }

    /**
     * The cluster's {@code unlock_keys} with another key for managers.
     *
     * @param key empty to leave managers unlocked
     */
    public static List<EncryptionKey> replaced(List<EncryptionKey> keys, Optional<UnlockKey> key) {
        List<EncryptionKey> next = new ArrayList<>(keys);
        next.removeIf(old -> old.getSubsystem().equals(SUBSYSTEM));
        key.ifPresent(fresh -> next.add(EncryptionKey.newBuilder()
                .setSubsystem(SUBSYSTEM)
                .setKey(ByteString.copyFrom(fresh.bytes))
                .build()));
        return List.copyOf(next);
    }

    /** To be shown to who asked for it, and to nobody else. */
    public String text() {
        return "SWMKEY-1-" + Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnlockKey key && MessageDigest.isEqual(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "UnlockKey[]";
    }
}
