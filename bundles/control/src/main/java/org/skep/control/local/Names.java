package org.skep.control.local;

import java.util.regex.Pattern;
import org.skep.api.SkepException;

/** What objects may be called. */
final class Names {

    private static final Pattern DNS_LABEL = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?");
    private static final Pattern FILE_LIKE = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,62}[a-zA-Z0-9])?");
    private static final Pattern VOLUME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,254}");

    private Names() {}

    static void checkDnsLabel(String noun, String name) {
        if (name.isEmpty()) {
            throw invalid(noun + " name must be provided", "");
        }
        if (name.length() > 63) {
            throw invalid(noun + " name \"" + Shown.of(name) + "\" is too long", "63 characters or fewer");
        }
        if (!DNS_LABEL.matcher(name).matches()) {
            throw invalid(
                    noun + " name \"" + Shown.of(name) + "\" must be valid as a DNS name component",
                    "letters, digits, - and _, with a letter or digit at both ends");
        }
    }

    static void checkFileLike(String noun, String name) {
        if (name.isEmpty()) {
            throw invalid(noun + " name must be provided", "");
        }
        if (!FILE_LIKE.matcher(name).matches()) {
            throw invalid(
                    "invalid " + noun + " name \"" + Shown.of(name) + "\"",
                    "64 characters or fewer of letters, digits, -, _ and ., with a letter or digit at both ends");
        }
    }

    static void checkVolume(String name) {
        if (!VOLUME.matcher(name).matches()) {
            throw invalid(
                    "invalid volume name \"" + Shown.of(name) + "\"",
                    "2 to 255 characters of letters, digits, -, _ and ., beginning with a letter or digit");
        }
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("INVALID_NAME", message, hint);
    }
}
