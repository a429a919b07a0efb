package org.skep.shell.commands.flag;

/** Live names for the values of flags. */
public record Completions(Iterable<String> networks) {}
