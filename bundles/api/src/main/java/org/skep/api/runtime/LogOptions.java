package org.skep.api.runtime;

import java.time.Instant;

/**
 * Which lines of a log are wanted.
 *
 * @param follow go on with new lines until the task is removed or the log is closed
 * @param tail how many of the newest lines to begin with; negative for all
 * @param since lines from this moment on; {@link Instant#MIN} for all
 */
public record LogOptions(boolean follow, long tail, Instant since, boolean stdout, boolean stderr) {}
