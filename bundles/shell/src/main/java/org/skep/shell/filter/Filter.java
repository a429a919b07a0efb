package org.skep.shell.filter;

import java.util.function.Consumer;

/**
 * A stage of a pipe: takes lines, gives lines. Lines are pushed, so that a pipe needs no thread of its own and shows
 * what {@code service logs -f} says when it is said.
 */
public interface Filter {

    /** Called once the options are there, before the first line. */
    void start(Consumer<String> next);

    /** @return false if no further line could change anything */
    boolean line(String line);

    /** The lines have ended. */
    int end();
}
