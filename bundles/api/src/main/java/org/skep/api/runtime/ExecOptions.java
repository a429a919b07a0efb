package org.skep.api.runtime;

import java.util.List;

/**
 * A command to run inside a task.
 *
 * @param command what to run; not empty
 * @param env {@code NAME=value} each, over the task's own
 * @param user {@code NAME|UID[:GROUP|GID]}; empty for the task's
 * @param workdir empty for the task's
 * @param input whether it has standard input
 * @param terminal whether it runs at a terminal; its output is then one stream
 */
public record ExecOptions(
        List<String> command, List<String> env, String user, String workdir, boolean input, boolean terminal) {
    public ExecOptions {
        command = List.copyOf(command);
        env = List.copyOf(env);
    }
}
