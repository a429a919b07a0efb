package org.skep.agent;

import org.skep.agent.TaskStep.Outcome;
import org.skep.api.SkepException;
import org.skep.api.runtime.RuntimeDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sorts what drivers throw: what passes is tried again, all else ends the task with one line. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static Outcome sort(String taskId, RuntimeException failure) {
        if (failure instanceof WaitingException waiting) {
            return new Outcome.Waiting(waiting.getMessage());
        }
        if (failure instanceof SkepException known) {
            String line = oneLine(known.line());
            return known.code().equals(RuntimeDriver.UNAVAILABLE) ? new Outcome.Retry(line) : new Outcome.Refused(line);
        }
        LOG.error("a driver failed unexpectedly for task {}", taskId, failure);
        return new Outcome.Refused("a driver failed unexpectedly; the log of this node has the details");
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
    }
}
