package org.skep.shell.line;

import java.util.List;

/**
 * Commands that feed each other.
 *
 * @param condition when to run it, given how the pipeline before it ended
 * @param stages the words of each command; neither list is empty
 */
public record Pipeline(Condition condition, List<List<Word>> stages) {

    public Pipeline {
        stages = List.copyOf(stages);
    }

    /** What stands before a pipeline. */
    public enum Condition {
        /** {@code ;} or nothing. */
        ALWAYS,
        /** {@code &&} */
        AFTER_SUCCESS,
        /** {@code ||} */
        AFTER_FAILURE
    }

    public int start() {
        return stages.get(0).get(0).start();
    }

    public int end() {
        List<Word> last = stages.get(stages.size() - 1);
        return last.get(last.size() - 1).end();
    }
}
