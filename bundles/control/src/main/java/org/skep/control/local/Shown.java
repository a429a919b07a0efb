package org.skep.control.local;

/** Values of the user as errors name them. */
final class Shown {

    private static final int LONGEST = 80;

    private Shown() {}

    /** One line of bounded length. */
    static String of(String value) {
        String line = value.length() > LONGEST ? value.substring(0, LONGEST) + "..." : value;
        return line.replaceAll("\\p{Cntrl}", "?");
    }
}
