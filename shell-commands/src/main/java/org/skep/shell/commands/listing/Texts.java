package org.skep.shell.commands.listing;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Texts cut to fit a table. */
public final class Texts {

    private static final int SHORT_ID = 12;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Texts() {}

    public static String id(String id, boolean full) {
        return full || id.length() <= SHORT_ID ? id : id.substring(0, SHORT_ID);
    }

    /** An image without its digest, which says little to people. */
    public static String image(String image, boolean full) {
        int digest = image.indexOf('@');
        return full || digest < 0 ? image : image.substring(0, digest);
    }

    /** One line of at most {@code width} characters, with an ellipsis for what is cut off. */
    public static String cut(String text, int width) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= width ? line : line.substring(0, width - 1) + "\u2026";
    }

    /** To the nanosecond, so that lines with stamps are of one width. */
    public static String stamp(Instant moment) {
        return STAMP.format(moment);
    }

    /** Such as {@code Running} for {@code RUNNING}. */
    public static String capital(String word) {
        return word.isEmpty()
                ? word
                : word.substring(0, 1).toUpperCase(Locale.ROOT)
                        + word.substring(1).toLowerCase(Locale.ROOT);
    }
}
