package org.skep.shell.commands.value;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes: {@code 512m}, {@code 1.5g}, {@code 64KiB}; the units are powers of 1024. */
public final class ByteSize {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?) ?([kmgtp])?i?b?");
    private static final String UNITS = "kmgtp";

    private ByteSize() {}

    public static long parse(String text) {
        Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw Values.bad(text, "a size", "use a number with b, k, m or g, such as 512m");
        }
        int power = size.group(2) == null ? 0 : 1 + UNITS.indexOf(size.group(2));
        BigDecimal bytes = new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(1L << (10 * power)));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw Values.bad(text, "a size", "it is too large");
        }
        return bytes.longValue();
    }

    /** As {@link #parse}, or -1 for unlimited. */
    public static long parseSwap(String text) {
        return text.equals("-1") ? -1 : parse(text);
    }

    /** With four significant digits, such as {@code 1.953GiB}. */
    public static String print(long bytes) {
        int power = 0;
        BigDecimal value = BigDecimal.valueOf(bytes);
        BigDecimal unit = BigDecimal.valueOf(1024);
        while (value.compareTo(unit) >= 0 && power < UNITS.length()) {
            value = value.divide(unit);
            power++;
        }
        String suffix = power == 0 ? "B" : Character.toUpperCase(UNITS.charAt(power - 1)) + "iB";
        int digits = Math.max(0, 4 - (value.precision() - value.scale()));
        BigDecimal rounded = value.setScale(Math.min(digits, Math.max(value.scale(), 0)), RoundingMode.HALF_UP);
        BigDecimal plain = rounded.stripTrailingZeros();
        return (plain.scale() < 0 ? plain.setScale(0) : plain).toPlainString() + suffix;
    }
}
