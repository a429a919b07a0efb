package org.skep.protocol;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** IDs of objects and sessions: 25 characters of {@code [0-9a-z]}, random enough never to meet again. */
public final class Ids {

    /** How long every ID is. */
    public static final int LENGTH = 25;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    public static String random() {
        return random(RANDOM);
    }

    /** An ID from a source of randomness of the caller's. */
    public static String random(RandomGenerator source) {
        byte[] bytes = new byte[17];
        source.nextBytes(bytes);
        // The top bit fixes the number of digits at 27; the first of them is hardly random.
        bytes[0] |= (byte) 0x80;
        return new BigInteger(1, bytes).toString(36).substring(1, 1 + LENGTH);
    }
}
