package org.skep.shell.command;

import java.util.Collection;
import java.util.List;

/** All commands of this moment. */
public interface Commands {

    /** Bundles' commands, as they come and go. */
    Collection<CommandEntry> entries();

    /** The live values that a class named in picocli's {@code completionCandidates} stands for. */
    List<String> candidates(Class<?> type);
}
