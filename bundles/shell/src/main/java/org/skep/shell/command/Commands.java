package org.skep.shell.command;

import java.util.List;

/** All commands of this moment. */
public interface Commands {

    /** Bundles' commands, as they come and go. The same list again while nothing has changed. */
    List<CommandEntry> entries();

    /** The live values that a class named in picocli's {@code completionCandidates} stands for. */
    List<String> candidates(Class<?> type);
}
