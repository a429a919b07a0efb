package org.skep.shell.commands.progress;

/**
 * One line of a progress display.
 *
 * @param id what the line is about; stays the same while the text changes
 * @param text for a terminal
 * @param plain where lines cannot be redrawn; printed when it changes and is not empty
 */
public record Line(String id, String text, String plain) {

    /** The same text everywhere. */
    public static Line of(String id, String text) {
        return new Line(id, id + ": " + text, id + ": " + text);
    }
}
