package org.skep.api.runtime;

import java.util.Objects;

/**
 * How a task ended.
 *
 * @param code its exit code; 128 + N for signal N; -1 if it cannot be known
 * @param reason empty, or what ended it beyond the code: out of memory, unhealthy, lost by the engine
 */
public record TaskExit(int code, String reason) {
    public TaskExit {
        Objects.requireNonNull(reason);
    }

    public boolean successful() {
        return code == 0 && reason.isEmpty();
    }
}
