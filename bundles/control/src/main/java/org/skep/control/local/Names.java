package org.skep.control.local;

import com.google.protobuf.Message;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.skep.api.SkepException;

/** What objects may be called. */
final class Names {

    private static final Pattern DNS_LABEL = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?");
    private static final Pattern FILE_LIKE = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,62}[a-zA-Z0-9])?");
    private static final Pattern VOLUME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}");
    private static final int LONGEST_SHOWN = 80;
    private static final int LARGEST_SPEC = 256 << 10;

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

    private Names() {}

    static void checkDnsLabel(String noun, String name) {
        if (name.isEmpty()) {
            throw invalid(noun + " name must be provided", "");
        }
        if (name.length() > 63) {
            throw invalid(noun + " name \"" + shown(name) + "\" is too long", "63 characters or fewer");
        }
        if (!DNS_LABEL.matcher(name).matches()) {
            throw invalid(
                    noun + " name \"" + shown(name) + "\" must be valid as a DNS name component",
                    "letters, digits, - and _, with a letter or digit at both ends");
        }
    }

    static void checkFileLike(String noun, String name) {
        if (name.isEmpty()) {
            throw invalid(noun + " name must be provided", "");
        }
        if (!FILE_LIKE.matcher(name).matches()) {
            throw invalid(
                    "invalid " + noun + " name \"" + shown(name) + "\"",
                    "64 characters or fewer of letters, digits, -, _ and ., with a letter or digit at both ends");
        }
    }

    static void checkVolume(String name) {
        if (!VOLUME.matcher(name).matches()) {
            throw invalid(
                    "invalid volume name \"" + shown(name) + "\"",
                    "2 to 255 characters of letters, digits, -, _ and ., beginning with a letter or digit");
        }
    }

    static void checkLabels(String noun, Map<String, String> labels) {
        labels.forEach((key, value) -> {
            if (key.isBlank()) {
                throw SkepException.user("INVALID_LABEL", noun + " has a label without a name", "KEY=VALUE");
            }
        });
    }

    /** Every task carries a copy of its service, and every change travels in one entry of the log. */
    static void checkSize(String noun, Message spec) {
        int size = spec.getSerializedSize();
        if (size > LARGEST_SPEC) {
            throw SkepException.user(
                    "TOO_LARGE", noun + " specification has " + size + " bytes", "at most " + LARGEST_SPEC);
        }
    }

    /** A name that nobody gave. */
    static String random(Predicate<String> taken) {
        for (int suffix = 0; ; suffix++) {
            String name = pick(ADJECTIVES) + "_" + pick(NOUNS) + (suffix < 10 ? "" : Integer.toString(suffix));
            if (!taken.test(name)) {
                return name;
            }
        }
    }

    /** The name of a volume that nobody named: 64 hexadecimal digits. */
    static String randomHex() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A value as an error names it: one line of bounded length. */
    static String shown(String value) {
        String line = value.length() > LONGEST_SHOWN ? value.substring(0, LONGEST_SHOWN) + "..." : value;
        return line.replaceAll("\\p{Cntrl}", "?");
    }

    private static String pick(List<String> words) {
        return words.get(RANDOM.nextInt(words.size()));
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("INVALID_NAME", message, hint);
    }
}
