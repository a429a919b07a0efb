package org.skep.shell.commands.value;

import picocli.CommandLine.TypeConversionException;

/** How value types say that a text is not theirs. */
public final class Values {

    private static final int LONGEST_SHOWN = 80;

    private Values() {}

    /** One line that names the value and says what is right. */
    public static TypeConversionException bad(String value, String what, String right) {
        return new TypeConversionException("'" + shown(value) + "' is not " + what + ": " + right);
    }

    static TypeConversionException refused(String message) {
        return new TypeConversionException(message);
    }

    /** Keeps an error on one line, however long or binary the value is. */
    public static String shown(String value) {
        String printable = value.codePoints()
                .limit(LONGEST_SHOWN)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return printable.length() < value.length() ? printable + "..." : printable;
    }
}
