package org.skep.shell.commands.bundle;

/** What is accepted as a bundle's file. */
final class JarFiles {

    /** In bytes; larger files are mistakes. */
    static final int LIMIT = 64 << 20;

    private JarFiles() {}
}
