package org.skep.shell.users;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.skep.api.SkepException;
import org.skep.shell.keys.JdkEd25519;

/** A line of {@code authorized_keys}. */
record AuthorizedKey(PublicKey publicKey, UserKey key) {

    private static final Set<String> TYPES =
            Set.of("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa");
    private static final int LEAST_RSA_BITS = 2048;
    private static final int LONGEST = 16 * 1024;
    private static final String EXAMPLE = "give a line such as 'ssh-ed25519 AAAA... me@host'";

    static {
        JdkEd25519.install();
    }

    /** Empty if the line is blank or a comment; what is not acceptable throws {@link SkepException}. */
    static Optional<AuthorizedKey> parse(String text) {
        String line = text.strip();
        if (line.isEmpty() || line.startsWith("#")) {
            return Optional.empty();
        }
        if (line.contains("PRIVATE KEY")) {
            throw invalid("that is a private key: keep it", "add the public one, from the file that ends in .pub");
        }
        if (line.length() > LONGEST || line.indexOf('\n') >= 0) {
            throw invalid("one key is one line", EXAMPLE);
        }
        AuthorizedKeyEntry entry = entry(line);
        if (!entry.getLoginOptions().isEmpty()) {
            throw invalid(
                    "options such as '"
                            + entry.getLoginOptions().keySet().iterator().next() + "' are not supported",
                    "give the key alone");
        }
        if (!TYPES.contains(entry.getKeyType())) {
            throw invalid("keys of type '" + entry.getKeyType() + "' are not accepted", "use Ed25519, ECDSA or RSA");
        }
        PublicKey key = resolve(entry);
        int bits = KeyUtils.getKeySize(key);
        if (entry.getKeyType().equals("ssh-rsa") && bits < LEAST_RSA_BITS) {
            throw invalid("the RSA key has only " + bits + " bits", "at least " + LEAST_RSA_BITS + " are needed");
        }
        String comment = entry.getComment() == null ? "" : entry.getComment();
        return Optional.of(
                new AuthorizedKey(key, new UserKey(entry.getKeyType(), KeyUtils.getFingerPrint(key), comment)));
    }

    private static AuthorizedKeyEntry entry(String line) {
        try {
            AuthorizedKeyEntry entry = AuthorizedKeyEntry.parseAuthorizedKeyEntry(line);
            if (entry != null) {
                return entry;
            }
        } catch (RuntimeException e) {
            throw SkepException.user("KEY_INVALID", "that is not a public key", EXAMPLE);
        }
        throw invalid("that is not a public key", EXAMPLE);
    }

    private static PublicKey resolve(AuthorizedKeyEntry entry) {
        try {
            PublicKey key = entry.resolvePublicKey(null, Map.of(), PublicKeyEntryResolver.FAILING);
            if (key != null) {
                return key;
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new SkepException(
                    org.skep.api.ErrorKind.USER, "KEY_INVALID", "the key is damaged: " + e.getMessage(), EXAMPLE, e);
        }
        throw invalid("that is not a public key", EXAMPLE);
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("KEY_INVALID", message, hint);
    }
}
