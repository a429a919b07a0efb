package org.skep.itests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A node's certificate with its private key in the open, as a thief of an unlocked state directory would have them. */
final class OpenedKey {

    private static final int NONCE_AT = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private OpenedKey() {}

    /**
     * @param node the {@code node.pem} of a node that is not locked
     * @param to where certificates and key go, as other programs take them
     */
    static Path of(Path node, Path to) {
        try {
            String text = Files.readString(node);
            byte[] sealed = block(text, "SKEP SEALED PRIVATE KEY");
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(block(text, "SKEP STATE KEY"), "AES"),
                    new GCMParameterSpec(TAG_BITS, sealed, NONCE_AT, NONCE_BYTES));
            cipher.updateAAD("node private key".getBytes(StandardCharsets.US_ASCII));
            int from = NONCE_AT + NONCE_BYTES;
            String key = new String(cipher.doFinal(sealed, from, sealed.length - from), StandardCharsets.US_ASCII);
            return Files.writeString(to, text.substring(0, text.indexOf("-----BEGIN SKEP")) + key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] block(String text, String type) {
        Matcher block = Pattern.compile("-----BEGIN " + type + "-----\n(?:[^\n]*: [^\n]*\n)*\n?([^-]*)-----END")
                .matcher(text);
        if (!block.find()) {
            throw new IllegalStateException("no " + type);
        }
        return Base64.getMimeDecoder().decode(block.group(1));
    }
}
