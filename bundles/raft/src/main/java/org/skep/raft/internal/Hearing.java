package org.skep.raft.internal;

import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.protocols.raft.AppendEntriesRequest;
import org.jgroups.protocols.raft.AppendEntriesResponse;
import org.jgroups.protocols.raft.RaftHeader;
import org.skep.raft.net.Peers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is to hear what others say, after all have taken note of its term. */
final class Hearing {

    private static final Logger LOG = LoggerFactory.getLogger(Hearing.class);

    private final ManagerRaft raft;
    private final Election election;
    private final Replication replication;
    private final Following following;
    private final Incoming incoming;

    Hearing(ManagerRaft raft, Election election, Replication replication) {
        this.raft = raft;
        this.election = election;
        this.replication = replication;
        following = new Following(raft);
        incoming = new Incoming(raft);
    }

    void hear(Message message, RaftHeader header) {
        Address from = message.src();
        if (header instanceof AppendEntriesRequest request) {
            following.append(from, Append.of(request), ((ObjectMessage) message).getObject());
        } else if (header instanceof AppendEntriesResponse response) {
            if (leading(response.currTerm())) {
                replication.answered(from, Append.result(response));
            }
        } else if (header instanceof Signal signal) {
            hear(from, signal, message);
        }
    }

    /** Whether an answer is to what this manager has said as the leader of the present term. */
    private boolean leading(long term) {
        raft.lead().see(term);
        return raft.isLeader() && term == raft.currentTerm();
    }

    private void hear(Address from, Signal signal, Message message) {
        switch (signal.kind()) {
            case ASK, VOTE -> election.asked(from, signal);
            case WOULD, VOTED -> election.answered(from, signal);
            case STAND -> election.stand(signal.currTerm());
            case PROBE -> {
                raft.lead().follow(from, signal.currTerm());
                boolean follows = from.equals(raft.leader());
                raft.send(
                        from,
                        new Signal(Signal.Kind.FOLLOWS, raft.currentTerm())
                                .number(signal.number())
                                .yes(follows));
            }
            case FOLLOWS -> {
                if (leading(signal.currTerm()) && signal.yes()) {
                    raft.barriers().confirmed(from, signal.number());
                }
            }
            case PART -> {
                raft.lead().follow(from, signal.currTerm());
                if (following.leads(from, signal.currTerm())) {
                    incoming.part(from, signal, message);
                }
            }
            case WANTS -> {
                if (leading(signal.currTerm())) {
                    replication.wanted(from, signal);
                }
            }
            default -> LOG.debug("{} says {}", Peers.nodeId(from), signal);
        }
    }
}
