package org.skep.shell.commands.value;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** A number of CPUs such as {@code 0.5}, held in billionths. */
public final class Cpus {

    private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d*)?|\\.\\d+");
    private static final BigDecimal BILLION = BigDecimal.valueOf(1_000_000_000L);

    private Cpus() {}

    public static long parseNano(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw Values.bad(text, "a number of CPUs", "use a decimal such as 0.5 or 2");
        }
        BigDecimal nano = new BigDecimal(text).multiply(BILLION).stripTrailingZeros();
        if (nano.scale() > 0) {
            throw Values.bad(text, "a number of CPUs", "at most nine decimals");
        }
        return nano.longValueExact();
    }

    public static String print(long nano) {
        return BigDecimal.valueOf(nano, 9).stripTrailingZeros().toPlainString();
    }
}
