package org.skep.pki.node;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.skep.api.SkepException;
import org.skep.api.node.StateCipher;

/** AES-256-GCM with a random nonce: a byte for the form, the nonce, then text and tag. */
final class AesStateCipher implements StateCipher {

    static final int KEY_BYTES = 32;

    private static final byte FORM = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int HEAD = 1 + NONCE_BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKey key;

    /** @param key of {@link #KEY_BYTES} bytes */
    AesStateCipher(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes");
        }
        this.key = new SecretKeySpec(key, "AES");
    }

    static byte[] randomKey() {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return key;
    }

    @Override
    public byte[] seal(byte[] plain, byte[] context) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, context);
            byte[] sealed = new byte[HEAD + cipher.getOutputSize(plain.length)];
            sealed[0] = FORM;
            System.arraycopy(nonce, 0, sealed, 1, NONCE_BYTES);
            cipher.doFinal(plain, 0, plain.length, sealed, HEAD);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public byte[] open(byte[] sealed, byte[] context) {
        if (sealed.length < HEAD + TAG_BITS / Byte.SIZE || sealed[0] != FORM) {
            throw damaged();
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOfRange(sealed, 1, HEAD), context)
                    .doFinal(sealed, HEAD, sealed.length - HEAD);
        } catch (GeneralSecurityException e) {
            throw damaged();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context);
        return cipher;
    }

    private static SkepException damaged() {
        return SkepException.resource(
                "STATE_DAMAGED",
                "what this node has kept is damaged, or is not its own",
                "put the state directory back as it was, or leave the swarm and join again",
                null);
    }
}
