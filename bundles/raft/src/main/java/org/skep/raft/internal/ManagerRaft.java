package org.skep.raft.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.raft.AppendEntriesRequest;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.RaftHeader;
import org.jgroups.protocols.raft.Role;
import org.jgroups.raft.util.CommitTable;
import org.jgroups.raft.util.RequestTable;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.skep.raft.net.Peers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JGroups' Raft with the parts replaced that lose writes or the leader: what a follower takes for the leader's log, what
 * counts as committed, who may stand for election, from when on a change of members counts, and how those who lag are
 * helped. What remains is its one thread with its queue and batches, its log, its messages for entries, and its futures.
 *
 * <p>Everything here runs on that one thread, unless it says otherwise.
 */
public final class ManagerRaft extends RAFT {

    private static final Logger LOG = LoggerFactory.getLogger(ManagerRaft.class);
    private static final short PROTOCOL = 700;

    static {
        ClassConfigurator.addProtocol(PROTOCOL, ManagerRaft.class);
        ClassConfigurator.add(Signal.MAGIC, Signal.class);
    }

    private final Membership membership = new Membership(this::regrouped);
    private final Replication replication;
    private final Election election;
    private final Barriers barriers;
    private final Changes changes;
    private final Hearing hearing;
    private final Lead lead;
    private final Contacts contacts;
    private final Runnable news;
    private final AtomicBoolean ticking = new AtomicBoolean();
    private final LongSupplier time;
    private final Clock clock = new Clock(this::tick);
    private AppliedState applied;
    private RaftLog entries;

    /**
     * @param welcome whether a node may take part
     * @param news called when there may be another leader, term or member; must return at once
     */
    ManagerRaft(String nodeId, Peers peers, Predicate<String> welcome, Runnable news) {
        this(nodeId, peers, welcome, news, System::nanoTime);
    }

    /** @param time in nanoseconds */
    ManagerRaft(String nodeId, Peers peers, Predicate<String> welcome, Runnable news, LongSupplier time) {
        raftId(nodeId);
        this.time = time;
        this.news = news;
        replication = new Replication(this, peers, time);
        election = new Election(this, peers, time);
        barriers = new Barriers(this, peers, time);
        changes = new Changes(this, peers, replication, time);
        hearing = new Hearing(this, election, replication);
        lead = new Lead(this, peers, replication, election, news, time);
        contacts = new Contacts(this, replication, welcome, news, time);
        maxLogCacheSize(0);
        maxLogSize(Long.MAX_VALUE);
        peers.tell(contacts);
    }

    ManagerRaft over(RaftLog newLog, AppliedState newState) {
        entries = newLog;
        applied = newState;
        log(newLog).stateMachine(newState);
        return this;
    }

    Membership membership() {
        return membership;
    }

    Group group() {
        return membership.current();
    }

    // Life

    @Override
    public void start() throws Exception {
        super.start();
        clock.start();
    }

    /** Nothing is asked of it any more, and who waits need not; from any thread. */
    void end() {
        barriers.end();
        changes.end();
    }

    @Override
    public void stop() {
        clock.close();
        super.stop();
    }

    /** The group and the state of the snapshot; what is behind it was applied before, or is not known to be committed. */
    @Override
    public void initStateMachineFromLog() throws Exception {
        ByteBuffer snapshot = log_impl.getSnapshot();
        if (snapshot != null) {
            ByteArrayDataInputStream in = new ByteArrayDataInputStream(snapshot);
            membership.reset(log_impl.firstAppended(), Group.parse(in.readUTF()));
            state_machine.readContentFrom(in);
        }
        entries.readGroups();
        stateMachineLoaded(true);
    }

    private void tick() {
        if (ticking.compareAndSet(false, true)) {
            boolean taken = run(() -> {
                ticking.set(false);
                turn();
            });
            if (!taken) {
                ticking.set(false);
            }
        }
    }

    /** What is to be done from time to time. */
    void turn() {
        long now = time.getAsLong();
        contacts.turned();
        lead.tick(now);
        election.tick(now);
        if (isLeader()) {
            replication.tick(now);
            barriers.tick(now);
        } else {
            barriers.fail();
        }
        changes.tick(now);
        clock.slow(lead.isQuiet() && changes.isEmpty() && barriers.isEmpty());
    }

    /** There is something under way from now on. */
    void hurry() {
        clock.slow(false);
    }

    /** Something to do on the one thread; dropped if there is no room, as happens when the disk stands still. */
    static final class Task extends Request {
        private final Runnable action;

        Task(Runnable action) {
            this.action = action;
        }
    }

    /**
     * Has something done on the one thread. From any thread.
     *
     * @return false if it will not be done
     */
    boolean run(Runnable action) {
        return processing_queue != null && entries.isUsable() && processing_queue.offer(new Task(action));
    }

    /** What others say is dropped if there is no room: they say it again, and the network's threads must not wait. */
    @Override
    protected void add(Request request) {
        processing_queue.offer(request);
    }

    @Override
    protected void process(List<Request> queue) {
        List<Request> theirs = new ArrayList<>(queue.size());
        for (Request request : queue) {
            if (request instanceof Task task) {
                handle(theirs);
                theirs.clear();
                if (entries.isUsable()) {
                    attempt(task.action);
                }
            } else {
                theirs.add(request);
            }
        }
        handle(theirs);
        if (isLeader()) {
            attempt(replication::commit);
        }
    }

    /** What others say comes first: JGroups looks only once who leads, and writes what is proposed at the end. */
    private void handle(List<Request> requests) {
        hand(requests.stream().filter(request -> !(request instanceof DownRequest)));
        hand(requests.stream().filter(DownRequest.class::isInstance));
    }

    private void hand(Stream<Request> some) {
        List<Request> requests = some.toList();
        if (requests.isEmpty()) {
            return;
        }
        try {
            super.process(requests);
        } catch (Throwable e) {
            LOG.error("Consensus failed at what was proposed or said", e);
            if (isLeader()) {
                // Others may have entries that are not in the log here: in this term their places are taken.
                lead.resign();
                election.pause();
            }
        }
    }

    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            // An error, too: the rest of what is to be done must not be lost with it.
            LOG.error("Consensus failed at something", e);
        }
    }

    // Members

    /** The group is another one from now on. */
    private void regrouped(Group group) {
        news.run();
        members(group.voters());
        if (!group.has(raft_id)) {
            // A leader that is not a member is not to count its own copy.
            majority++;
        }
        if (impl != null && !isLeader()) {
            changeRole(group.has(raft_id) ? Role.Follower : Role.Learner);
        }
    }

    /** A change of members is committed; it has counted since it was written. */
    @Override
    protected void _addServer(String text) {
        Group committed = Group.parse(text);
        LOG.info("The managers that vote are {}", committed.voters());
        if (isLeader() && !committed.has(raft_id)) {
            // Not before the entry itself is done with, or nobody would hear that it is committed.
            run(lead::handOver);
        }
    }

    // The lead

    boolean isVoter() {
        return group().has(raft_id);
    }

    /** Whether its vote counts: without what it has acknowledged it would help somebody lead who does not have that either. */
    boolean mayVote() {
        return group() != Group.NONE && entries.isComplete();
    }

    // What others say

    @Override
    public void handleUpRequest(Message message, RaftHeader header) {
        if (entries.isUsable()) {
            hearing.hear(message, header);
        }
    }

    @Override
    protected void deleteAllLogEntriesStartingFrom(long index) {
        try {
            super.deleteAllLogEntriesStartingFrom(index);
        } finally {
            last_appended = log_impl.lastAppended();
        }
    }

    // For those who work on the same thread

    void send(Address to, RaftHeader header) {
        down_prot.down(new EmptyMessage(to).putHeader(id, header));
    }

    void send(Address to, Signal part, byte[] bytes, int offset, int length) {
        down_prot.down(new BytesMessage(to, bytes, offset, length).putHeader(id, part));
    }

    /** Sends entries that follow this one, even none of them. */
    void send(Address to, long previous, LogEntries following) {
        LogEntry entry = previous == 0 ? null : log_impl.get(previous);
        long term = entry == null ? 0 : entry.term();
        AppendEntriesRequest request =
                new AppendEntriesRequest(local_addr, currentTerm(), previous, term, currentTerm(), commit_index);
        down_prot.down(new ObjectMessage(to, following).putHeader(id, request));
    }

    /** Those who wait for their entries; JGroups forgets them. */
    RequestTable<String> takeWaiting() {
        RequestTable<String> waiting = request_table;
        request_table = null;
        return waiting;
    }

    void write(long first, LogEntries missing) {
        append(first, missing);
    }

    void commitTo(long index) {
        commitLogTo(index, true);
    }

    Address self() {
        return local_addr;
    }

    /** Everything is replaced by a snapshot of the leader's. */
    void replace(long index, long term, Group group, ByteBuffer content, ByteArrayDataInputStream state)
            throws Exception {
        // The log comes first: a state that is ahead of its log would be taken for damage.
        try {
            log_impl.setSnapshot(content);
            log_impl.reinitializeTo(index, new LogEntry(term, null));
            last_appended = index;
            commit_index = index;
            membership.reset(index, group);
            state_machine.readContentFrom(state);
        } catch (Throwable e) {
            if (log_impl.firstAppended() >= index) {
                // The log is the new one already, the state is not.
                applied.fail(index, e);
            }
            throw e;
        }
    }

    // What JGroups does itself

    @Override
    protected void applyCommit(long index, boolean serialize) throws Exception {
        // JGroups goes on if an entry cannot be applied.
        applied.requireSound();
        applied.next(index);
        lead.committed(index);
        super.applyCommit(index, serialize);
        applied.requireSound();
    }

    @Override
    protected void takeSnapshot() throws Exception {
        contacts.snapshotBegins();
        try {
            writeSnapshot();
        } finally {
            contacts.turned();
        }
    }

    private void writeSnapshot() throws Exception {
        applied.requireSound();
        long index = commit_index;
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(1 << 16, true);
        out.writeUTF(membership.at(index).text());
        state_machine.writeContentTo(out);
        log_impl.setSnapshot(ByteBuffer.wrap(out.buffer(), 0, out.position()));
        log_impl.truncate(index);
        applied.snapshotTaken();
        num_snapshots++;
    }

    /** Whether it could be taken. */
    boolean renewSnapshot() {
        try {
            takeSnapshot();
            return true;
        } catch (Exception e) {
            LOG.warn("Could not take a snapshot for a new manager", e);
            return false;
        }
    }

    /** {@link Replication} does that. */
    @Override
    protected void sendAppendEntriesMessage(Address member, CommitTable.Entry entry) {}

    RaftLog entries() {
        return entries;
    }

    Lead lead() {
        return lead;
    }

    Contacts contacts() {
        return contacts;
    }

    Map<String, Long> matches() {
        return replication.matches();
    }

    Barriers barriers() {
        return barriers;
    }

    Changes changes() {
        return changes;
    }
}
