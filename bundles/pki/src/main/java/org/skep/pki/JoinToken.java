package org.skep.pki;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.api.SkepException;
import org.skep.protocol.JoinTokens;
import org.skep.protocol.NodeRole;

/**
 * What lets a node into a swarm: {@code SWMTKN-1-DIGEST-SECRET}. The digest is that of the swarm's root certificates, so
 * that who joins knows whom to trust. A secret as a whole.
 */
public final class JoinToken {

    private static final Pattern FORM = Pattern.compile("SWMTKN-1-([0-9a-z]{50})-([0-9a-z]{25})");
    private static final int DIGEST_LENGTH = 50;
    private static final int SECRET_LENGTH = 25;
    private static final int SECRET_BYTES = 16;
    private static final int RADIX = 36;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String text;
    private final String digest;

    private JoinToken(String text, String digest) {
        this.text = text;
        this.digest = digest;
    }

    /**
     * A fresh token.
     *
     * @param roots the cluster's {@code root_ca.ca_cert}
     */
    public static JoinToken create(byte[] roots) {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        String digest = digits(sha256(roots), DIGEST_LENGTH);
        return new JoinToken("SWMTKN-1-" + digest + "-" + digits(secret, SECRET_LENGTH), digest);
    }

    /** Fresh tokens for both roles. */
    public static JoinTokens both(byte[] roots) {
        return JoinTokens.newBuilder()
                .setWorker(create(roots).text())
                .setManager(create(roots).text())
                .build();
    }

    /** @throws SkepException {@code INVALID_TOKEN}, which does not quote it */
    public static JoinToken parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw SkepException.user("INVALID_TOKEN", "invalid join token: " + flaw(text.strip()), HINT);
        }
        return new JoinToken(form.group(), form.group(1));
    }

    private static final String HINT =
            "copy the whole line that 'swarm join-token worker' or " + "'swarm join-token manager' prints on a manager";

    private static String flaw(String text) {
        if (text.isEmpty()) {
            return "it is empty";
        }
        if (text.startsWith("SWMKEY-")) {
            return "it is an unlock key";
        }
        if (text.startsWith("SWMTKN-2-")) {
            return "it is of version 2, for swarms that demand FIPS";
        }
        if (!text.startsWith("SWMTKN-1-")) {
            return "it does not begin with SWMTKN-1-";
        }
        int expected = "SWMTKN-1-".length() + DIGEST_LENGTH + 1 + SECRET_LENGTH;
        if (text.length() != expected) {
            return "it has " + text.length() + " characters of " + expected;
        }
        return "it must be SWMTKN-1-, 50 characters, a hyphen and 25 characters of 0-9 and a-z";
    }

    /** Whether these are the roots that the token names. */
    public boolean names(byte[] roots) {
        return equal(digest, digits(sha256(roots), DIGEST_LENGTH));
    }

    /**
     * The role that a token grants.
     *
     * @return empty if it is none of the cluster's. How long that takes does not depend on how much of it is right
     */
    public static Optional<NodeRole> role(JoinTokens tokens, String token) {
        boolean manager = !tokens.getManager().isEmpty() && equal(tokens.getManager(), token);
        boolean worker = !tokens.getWorker().isEmpty() && equal(tokens.getWorker(), token);
        if (manager) {
            return Optional.of(NodeRole.NODE_ROLE_MANAGER);
        }
        return worker ? Optional.of(NodeRole.NODE_ROLE_WORKER) : Optional.empty();
    }

    /** To be shown to who asked for it, and to nobody else. */
    public String text() {
        return text;
    }

    @Override
    public String toString() {
        return "JoinToken[]";
    }

    /** How the cluster object names its roots. */
    static String hash(byte[] roots) {
        return "sha256:" + String.format("%064x", new BigInteger(1, sha256(roots)));
    }

    private static boolean equal(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static String digits(byte[] number, int length) {
        String digits = new BigInteger(1, number).toString(RADIX);
        return "0".repeat(length - digits.length()) + digits;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
