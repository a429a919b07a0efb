package org.skep.runtime.process;

import java.io.ByteArrayOutputStream;
import org.skep.api.runtime.ExecOptions;

/** A command inside a task as {@code exec.pl} reads it: what differs from the task. */
record ExecSpec(ExecOptions options, TaskSpec task) {

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        options.command().forEach(word -> TaskSpec.put(out, "arg", word));
        options.env().forEach(variable -> TaskSpec.put(out, "env", variable));
        if (!options.workdir().isEmpty()) {
            TaskSpec.put(out, "cwd", task.directory(options.workdir()).toString());
        }
        if (!options.user().isEmpty()) {
            TaskSpec.put(out, "user", options.user());
        }
        if (options.input()) {
            TaskSpec.put(out, "input", "1");
        }
        if (options.terminal()) {
            TaskSpec.put(out, "terminal", "1");
        }
        return out.toByteArray();
    }
}
