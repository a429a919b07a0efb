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
 * @param binding for {@link Type#BIND}
 */
public record TaskMount(
        Type type,
        String source,
        String target,
        boolean readOnly,
        Propagation propagation,
        long tmpfsSizeBytes,
        int tmpfsMode,
        boolean populate,
        Binding binding) {

    /** As most mounts are. */
    public TaskMount(
            Type type,
            String source,
            String target,
            boolean readOnly,
            Propagation propagation,
            long tmpfsSizeBytes,
            int tmpfsMode,
            boolean populate) {
        this(type, source, target, readOnly, propagation, tmpfsSizeBytes, tmpfsMode, populate, Binding.DEFAULT);
    }

    public TaskMount {
        Objects.requireNonNull(binding);
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

    /**
     * How a directory of this host is bound.
     *
     * @param recursion what becomes of mounts below it
     * @param createSource make the directory if it is not there
     * @param consistency empty, {@code consistent}, {@code cached} or {@code delegated}; a hint that Linux needs not
     */
    public record Binding(Recursion recursion, boolean createSource, String consistency) {

        public static final Binding DEFAULT = new Binding(Recursion.ENABLED, false, "");

        public Binding {
            Objects.requireNonNull(recursion);
            Objects.requireNonNull(consistency);
        }
    }

    public enum Recursion {
        /** They are mounted, too, and read-only as well where the kernel can do that. */
        ENABLED,
        /** They are not mounted. */
        DISABLED,
        /** They are mounted, and never read-only. */
        WRITABLE,
        /** They are mounted, and read-only as well, or the task does not run. */
        READONLY
    }
}
