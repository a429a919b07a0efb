package org.skep.raft.internal;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.protocols.raft.LogEntries;
import org.skep.raft.net.Peers;
import org.skep.raft.net.Pulse;

/** What consensus tells the network, and learns from it, on the network's threads. */
final class Contacts implements Peers.Listener {

    /** A leader that does nothing for so long, as when its disk stands still, says that it leads no more. */
    private static final long STUCK = TimeUnit.SECONDS.toNanos(5);

    /** While it takes a snapshot, it may take longer: a large state is to be encrypted. */
    private static final long STUCK_IN_SNAPSHOT = TimeUnit.SECONDS.toNanos(20);

    private final ManagerRaft raft;
    private final Replication replication;
    private final Predicate<String> welcome;
    private final Runnable news;
    private final LongSupplier clock;
    private volatile long turned;
    private volatile long patience = STUCK;

    Contacts(ManagerRaft raft, Replication replication, Predicate<String> welcome, Runnable news, LongSupplier clock) {
        this.raft = raft;
        this.replication = replication;
        this.welcome = welcome;
        this.news = news;
        this.clock = clock;
        turned = clock.getAsLong();
    }

    /** Consensus does not stand still. */
    void turned() {
        turned = clock.getAsLong();
        patience = STUCK;
    }

    /** Consensus is about to take a snapshot, and turns when it has. */
    void snapshotBegins() {
        patience = STUCK_IN_SNAPSHOT;
    }

    @Override
    public boolean welcome(String nodeId) {
        return welcome.test(nodeId);
    }

    @Override
    public void touched(Address peer) {
        news.run();
        raft.run(() -> {
            replication.touched(peer);
            raft.turn();
        });
    }

    @Override
    public void lost(Address peer) {
        news.run();
        raft.run(() -> {
            replication.lost(peer);
            raft.turn();
        });
    }

    @Override
    public void told(Address peer, Pulse pulse) {
        Address leader = raft.leader();
        boolean leads = pulse.leads() && pulse.term() >= raft.currentTerm() && !peer.equals(leader);
        boolean ceased = !pulse.leads() && pulse.term() == raft.currentTerm() && peer.equals(leader);
        if (leads) {
            raft.run(() -> raft.lead().follow(peer, pulse.term()));
        } else if (ceased) {
            raft.run(() -> {
                if (peer.equals(raft.leader())) {
                    raft.setLeaderAndTerm(null);
                    raft.turn();
                }
            });
        }
    }

    @Override
    public Pulse pulse() {
        boolean stuck = clock.getAsLong() - turned > patience;
        return new Pulse(raft.group().generation(), raft.currentTerm(), raft.isLeader() && !stuck);
    }

    @Override
    public Collection<Address> recipients(Message message) {
        LogEntries sent = ((ObjectMessage) message).getObject();
        raft.hurry();
        return replication.streamed(sent.size());
    }
}
