package org.skep.raft.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.skep.raft.net.Peers;
import org.skep.store.Consensus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this manager says of consensus to those who ask, and to those who follow. */
final class Observation {

    private static final Logger LOG = LoggerFactory.getLogger(Observation.class);

    private final String self;
    private final Peers peers;
    private final List<Consumer<Consensus.Status>> followers = new CopyOnWriteArrayList<>();
    private Object told;

    Observation(String self, Peers peers) {
        this.self = self;
        this.peers = peers;
    }

    /** @param raft null while it has not started */
    Consensus.Status status(ManagerRaft raft) {
        if (raft == null) {
            return new Consensus.Status(self, false, Optional.empty(), 0, 0, 0, List.of());
        }
        Group group = raft.group();
        boolean leads = raft.lead().isSure();
        Map<String, Address> inTouch = peers.inTouch();
        Map<String, Long> matches = leads ? raft.matches() : Map.of();
        TreeSet<String> nodeIds = new TreeSet<>(inTouch.keySet());
        nodeIds.addAll(group.voters());
        nodeIds.add(self);
        List<Consensus.Member> members = new ArrayList<>();
        for (String nodeId : nodeIds) {
            boolean reachable = nodeId.equals(self) || inTouch.containsKey(nodeId);
            members.add(new Consensus.Member(nodeId, group.has(nodeId), reachable, matches.getOrDefault(nodeId, 0L)));
        }
        Address leader = raft.leader();
        Optional<String> leaderId = Optional.ofNullable(leader)
                .filter(address -> leads || !raft.isLeader() && inTouch.containsValue(address))
                .map(Peers::nodeId);
        return new Consensus.Status(
                self, group.has(self), leaderId, raft.currentTerm(), raft.commitIndex(), raft.commitIndex(), members);
    }

    Consensus.Follower follow(Consumer<Consensus.Status> listener) {
        followers.add(listener);
        return () -> followers.remove(listener);
    }

    /** Tells those who follow, if there is something new; from one thread. */
    void tell(ManagerRaft raft) {
        Consensus.Status status = status(raft);
        Object news = List.of(
                status.leader(),
                status.term(),
                status.members().stream()
                        .map(member -> member.nodeId() + member.voter() + member.reachable())
                        .toList());
        if (Objects.equals(news, told)) {
            return;
        }
        told = news;
        for (Consumer<Consensus.Status> follower : followers) {
            try {
                follower.accept(status);
            } catch (RuntimeException e) {
                LOG.error("A follower of consensus failed", e);
            }
        }
    }
}
