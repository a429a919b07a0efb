package org.skep.store;

import java.util.List;

/**
 * The changes of one log entry.
 *
 * @param view the state they lead to
 */
public record Changes(View view, List<Change> changes) {}
