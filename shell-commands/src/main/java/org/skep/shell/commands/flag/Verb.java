package org.skep.shell.commands.flag;

/** What a line does to a service. */
public enum Verb {
    CREATE,
    UPDATE
}
