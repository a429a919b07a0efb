package org.skep.api.runtime;

import java.util.Map;

/**
 * Where a task's output goes.
 *
 * @param name empty for the runtime's default
 */
public record LogDriver(String name, Map<String, String> options) {

    public static final LogDriver DEFAULT = new LogDriver("", Map.of());

    public LogDriver {
        options = Map.copyOf(options);
    }
}
