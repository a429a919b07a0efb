package org.skep.raft.internal;

import java.io.IOException;
import java.util.List;
import org.skep.api.node.ManagerStart;
import org.skep.raft.log.EntryLog;
import org.skep.raft.log.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is written to the log before consensus begins with it. */
final class Start {

    private static final Logger LOG = LoggerFactory.getLogger(Start.class);

    private Start() {}

    static void prepare(EntryLog log, ManagerStart start, String nodeId) throws IOException {
        switch (start) {
            case FOUND -> {
                if (log.last() == 0 && log.isComplete()) {
                    found(log, nodeId);
                }
            }
            case FORCE_NEW_CLUSTER -> {
                if (log.last() == 0) {
                    throw new IOException("nothing is in its log: force a new cluster on another manager");
                }
                LOG.warn("This manager forgets all others, and goes on alone with what it has");
                found(log, nodeId);
                if (!log.isComplete()) {
                    log.complete();
                }
            }
            default -> LOG.debug("The log ends with entry {}", log.last());
        }
    }

    /** A group of its own, in a term of its own. */
    private static void found(EntryLog log, String nodeId) throws IOException {
        long term = log.currentTerm() + 1;
        log.vote(term, new byte[0]);
        log.append(List.of(new LogRecord(term, true, Group.founded(nodeId).entry())));
    }
}
