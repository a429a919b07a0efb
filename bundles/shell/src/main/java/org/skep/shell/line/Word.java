package org.skep.shell.line;

/**
 * One word of a line, without its quotes.
 *
 * @param start offset of its first character in the line
 * @param end offset after its last
 */
public record Word(String text, int start, int end) {}
