package org.skep.shell.commands;

import java.util.function.Supplier;
import org.skep.api.SkepException;

/** Reads, edits and writes again if the swarm itself has changed the object in between. */
public final class Attempts {

    private static final int MOST = 5;

    private Attempts() {}

    /** @param attempt starts from a fresh read each time */
    public static <T> T untilInSequence(Supplier<T> attempt) {
        for (int i = 1; i < MOST; i++) {
            try {
                return attempt.get();
            } catch (SkepException e) {
                if (!e.code().equals("OUT_OF_SEQUENCE")) {
                    throw e;
                }
            }
        }
        return attempt.get();
    }
}
