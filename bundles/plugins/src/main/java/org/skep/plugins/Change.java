package org.skep.plugins;

import java.util.List;

/** A change to the bundles that has been checked, but not made. */
public interface Change {

    /** What it will do, one line each: what changes, what restarts, what pauses. */
    List<String> plan();

    /**
     * Does it.
     *
     * @return what came of it, one line each
     * @throws org.skep.api.SkepException if it failed; what was there before is there again
     */
    List<String> apply() throws InterruptedException;
}
