package org.skep.raft.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.util.ByteArrayDataInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A snapshot that the leader sends, part by part. */
final class Incoming {

    private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);

    private final ManagerRaft raft;
    private Address from;
    private long index;
    private ByteArrayOutputStream parts = new ByteArrayOutputStream();

    Incoming(ManagerRaft raft) {
        this.raft = raft;
    }

    void part(Address leader, Signal part, Message message) {
        if (has(part.index(), part.indexTerm())) {
            if (part.index() > raft.commitIndex()) {
                raft.commitTo(part.index());
            }
            raft.send(leader, answer(part).yes(true));
            return;
        }
        if (part.number() == 0 && !(leader.equals(from) && part.index() == index && parts.size() > 0)) {
            from = leader;
            index = part.index();
            parts = new ByteArrayOutputStream();
        }
        if (!leader.equals(from) || part.index() != index) {
            return;
        }
        boolean next = part.number() == parts.size();
        if (next) {
            parts.write(message.getArray(), message.getOffset(), message.getLength());
        }
        if (next && part.yes()) {
            install(leader, part);
        } else {
            raft.send(leader, answer(part).number(parts.size()));
        }
    }

    /** Whether the log has all that a snapshot contains; what follows it may have been acknowledged, and must stay. */
    private boolean has(long last, long term) {
        return last <= raft.commitIndex()
                || last <= raft.lastAppended() && raft.log().get(last).term() == term;
    }

    private Signal answer(Signal part) {
        return new Signal(Signal.Kind.WANTS, raft.currentTerm()).at(part.index(), part.indexTerm());
    }

    private void install(Address leader, Signal part) {
        ByteBuffer content = ByteBuffer.wrap(parts.toByteArray());
        parts = new ByteArrayOutputStream();
        from = null;
        try {
            ByteArrayDataInputStream state = new ByteArrayDataInputStream(content.duplicate());
            Group group = Group.parse(state.readUTF());
            raft.replace(part.index(), part.indexTerm(), group, content, state);
            LOG.info("Took over a snapshot of {} bytes, up to entry {}", content.remaining(), part.index());
            raft.send(leader, answer(part).yes(true));
        } catch (Exception e) {
            LOG.error("The leader's snapshot cannot be taken over", e);
        }
    }
}
