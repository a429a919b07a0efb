package org.skep.shell.commands.value;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** A part of a whole, from 0 to 1. */
public final class Ratio {

    private static final Pattern RATIO = Pattern.compile("0|1|1\\.0{1,18}|0?\\.\\d{1,18}");

    private Ratio() {}

    public static float parse(String text) {
        if (!RATIO.matcher(text).matches()) {
            throw Values.bad(text, "a ratio", "use 0 to 1, such as 0.25");
        }
        return Float.parseFloat(text);
    }

    /** Without zeros at its end. */
    public static String print(float ratio) {
        BigDecimal plain = new BigDecimal(Float.toString(ratio)).stripTrailingZeros();
        return plain.toPlainString();
    }
}
