package org.skep.shell.commands.flag;

import java.util.List;

/** Live names for the values of flags. */
public record Completions(Iterable<String> networks, Iterable<String> strategies) {

    static final Completions NONE = new Completions(List.of(), List.of());
}
