package org.skep.api.text;

/**
 * Text that a regular expression cannot chew on for ever: after a number of looks that is enough for any honest one, it
 * throws {@link Exhausted}. For one attempt to match.
 */
public final class Patience implements CharSequence {

    /** Enough for any honest expression on one line. */
    private static final int LIMIT = 5_000_000;

    private final CharSequence text;
    private final int[] steps;

    public Patience(CharSequence text) {
        this(text, new int[1]);
    }

    private Patience(CharSequence text, int[] steps) {
        this.text = text;
        this.steps = steps;
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        if (++steps[0] > LIMIT) {
            throw new Exhausted();
        }
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new Patience(text.subSequence(start, end), steps);
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** The expression has looked at the text too often. */
    public static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Exhausted() {
            super(null, null, false, false);
        }
    }
}
