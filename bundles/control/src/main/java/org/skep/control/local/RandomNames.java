package org.skep.control.local;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/** Names for what nobody named. */
final class RandomNames {

    private static final List<String> ADJECTIVES = List.of(
            "amber", "brisk", "calm", "clever", "eager", "early", "gentle", "golden", "humming", "keen", "lively",
            "mellow", "nimble", "patient", "quiet", "steady", "sunny", "swift", "warm", "wild");
    private static final List<String> NOUNS = List.of(
            "acacia",
            "basil",
            "borage",
            "cherry",
            "clover",
            "comb",
            "dandelion",
            "forager",
            "heather",
            "hive",
            "lavender",
            "linden",
            "meadow",
            "nectar",
            "orchard",
            "poppy",
            "sage",
            "thyme",
            "willow",
            "wing");

    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomNames() {}

    /** Two words, and a number if chance will not have it otherwise. */
    static String words(Predicate<String> taken) {
        for (int suffix = 0; ; suffix++) {
            String name = pick(ADJECTIVES) + "_" + pick(NOUNS) + (suffix < 10 ? "" : Integer.toString(suffix));
            if (!taken.test(name)) {
                return name;
            }
        }
    }

    /** 64 hexadecimal digits, as volumes have them. */
    static String hex() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String pick(List<String> words) {
        return words.get(RANDOM.nextInt(words.size()));
    }
}
