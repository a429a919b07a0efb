package org.skep.api.runtime;

import java.util.Objects;

/**
 * A directory inside the task.
 *
 * @param source absolute path on this host for {@link Type#BIND}; volumes reach the runtime as binds of the path their
 *     driver gave. Empty for {@link Type#TMPFS}.
 * @param tmpfsSizeBytes 0 for no limit
 * @param tmpfsMode permission bits; 0 for the default
 * @param populate for volumes: an empty one starts with what the image has at {@code target}
 */
public record TaskMount(
        Type type,
        String source,
        String target,
        boolean readOnly,
        Propagation propagation,
        long tmpfsSizeBytes,
        int tmpfsMode,
        boolean populate) {

    public TaskMount {
        Objects.requireNonNull(type);
        Objects.requireNonNull(source);
        Objects.requireNonNull(target);
        Objects.requireNonNull(propagation);
    }

    public enum Type {
        BIND,
        TMPFS
    }

    public enum Propagation {
        RPRIVATE,
        PRIVATE,
        RSHARED,
        SHARED,
        RSLAVE,
        SLAVE
    }
}
