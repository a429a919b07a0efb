package org.skep.raft.internal;

import org.jgroups.Address;
import org.jgroups.protocols.raft.AppendEntriesResponse;
import org.jgroups.protocols.raft.AppendResult;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of the entries that a leader sends. */
final class Following {

    private static final Logger LOG = LoggerFactory.getLogger(Following.class);

    private final ManagerRaft raft;

    Following(ManagerRaft raft) {
        this.raft = raft;
    }

    /** Entries from somebody who says that he leads. */
    void append(Address from, Append append, LogEntries sent) {
        raft.lead().follow(from, append.term());
        long last = raft.lastAppended();
        long previous = append.previousIndex();
        if (!leads(from, append.term()) || previous > last) {
            answer(from, AppendResult.Result.FAIL_ENTRY_NOT_FOUND, last);
            return;
        }
        // What is committed here is the same everywhere; the entry itself may be gone.
        if (previous > raft.commitIndex() && raft.log().get(previous).term() != append.previousTerm()) {
            answer(from, AppendResult.Result.FAIL_ENTRY_NOT_FOUND, raft.commitIndex());
            return;
        }
        long match = previous + take(previous, sent == null ? new LogEntries() : sent);
        if (match > raft.commitIndex()) {
            raft.commitTo(Math.min(append.commitIndex(), match));
        }
        if (!raft.entries().isComplete() && hasAllOf(append, match)) {
            raft.entries().complete();
            LOG.info("This manager has got all of the log again");
        }
        answer(from, AppendResult.Result.OK, match);
    }

    /** Whether it leads now; what the same manager said as the leader of an earlier term may no longer hold. */
    boolean leads(Address from, long term) {
        return term >= raft.currentTerm() && from.equals(raft.leader());
    }

    /** What a leader has committed in its own term is behind everything that was acknowledged before. */
    private boolean hasAllOf(Append append, long match) {
        long committed = append.commitIndex();
        return committed > 0
                && committed >= raft.log().firstAppended()
                && committed <= match
                && raft.log().get(committed).term() == append.term();
    }

    /** Writes what is missing, after dropping what is different; returns how many of them are in the log now. */
    private long take(long previous, LogEntries sent) {
        long index = previous;
        long first = 0;
        LogEntries missing = new LogEntries();
        for (LogEntry entry : sent) {
            index++;
            if (missing.size() == 0) {
                if (index <= raft.commitIndex()) {
                    continue;
                }
                if (index <= raft.lastAppended()) {
                    if (raft.log().get(index).term() == entry.term()) {
                        continue;
                    }
                    raft.deleteAllLogEntriesStartingFrom(index);
                }
                first = index;
            }
            missing.add(entry);
        }
        if (missing.size() > 0) {
            raft.write(first, missing);
        }
        return Math.min(index, raft.lastAppended()) - previous;
    }

    private void answer(Address to, AppendResult.Result result, long index) {
        AppendResult answer = new AppendResult(result, index).commitIndex(raft.commitIndex());
        raft.send(to, new AppendEntriesResponse(raft.currentTerm(), answer));
    }
}
