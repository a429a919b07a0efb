package org.skep.raft.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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
import org.jgroups.protocols.raft.AppendEntriesResponse;
import org.jgroups.protocols.raft.AppendResult;
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
import org.skep.raft.net.Pulse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JGroups' Raft with the parts replaced that lose writes or the leader: what a follower takes for the leader's log, what
 * counts as committed, who may stand for election, from when on a change of members counts, and how those who lag are
 * helped. What remains is its one thread with its queue and batches, its log, its messages for entries, and its futures.
 *
 * <p>Everything here runs on that one thread, unless it says otherwise.
 */
public final class ManagerRaft extends RAFT implements Peers.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(ManagerRaft.class);
    private static final short PROTOCOL = 700;

    /** A leader that does nothing for so long, as when its disk stands still, says that it leads no more. */
    private static final long STUCK = TimeUnit.SECONDS.toNanos(5);

    /** While it takes a snapshot, it may take longer: a large state is to be encrypted. */
    private static final long STUCK_IN_SNAPSHOT = TimeUnit.SECONDS.toNanos(20);

    /**
     * A leader out of touch with the majority leads on for so long: on a loaded machine the others may be held up for a
     * moment. It decides nothing meanwhile.
     */
    private static final long ALONE = TimeUnit.SECONDS.toNanos(1);

    static {
        ClassConfigurator.addProtocol(PROTOCOL, ManagerRaft.class);
        ClassConfigurator.add(Signal.MAGIC, Signal.class);
    }

    private final Peers peers;
    private final Membership membership = new Membership(this::regrouped);
    private final Replication replication;
    private final Election election;
    private final Barriers barriers;
    private final Changes changes;
    private final Incoming incoming;
    private final Predicate<String> welcome;
    private final Runnable news;
    private final AtomicBoolean ticking = new AtomicBoolean();
    private final LongSupplier time;
    private volatile long ticked;
    private volatile long patience = STUCK;
    /** Since when this leader is out of touch with the majority; 0 while it is not. */
    private long alone;

    private final Clock clock = new Clock(this::tick);
    private AppliedState applied;
    private RaftLog entries;
    /** Before this one is committed, a leader does not know what is. */
    private long firstOfTerm;

    private volatile boolean sure;
    /** Whether anybody was sent what is being written. */
    private boolean streamed;

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
        this.peers = peers;
        this.welcome = welcome;
        this.news = news;
        ticked = time.getAsLong();
        replication = new Replication(this, peers, time);
        election = new Election(this, peers, time);
        barriers = new Barriers(this, peers, time);
        changes = new Changes(this, peers, replication, time);
        incoming = new Incoming(this);
        maxLogCacheSize(0);
        maxLogSize(Long.MAX_VALUE);
        peers.tell(this);
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
        ticked = now;
        if (!isLeader() || election.majorityInTouch()) {
            alone = 0;
        } else if (alone == 0) {
            alone = now;
        } else if (now - alone > ALONE) {
            LOG.warn("This manager is out of touch with the majority, and ceases to lead");
            resign();
        }
        election.tick(now);
        if (isLeader() && !isVoter() && membership.index() <= commit_index) {
            // It was to hand over as soon as that was committed, but there may have been no room in the queue.
            handOver();
        }
        if (isLeader()) {
            replication.tick(now);
            barriers.tick(now);
        } else {
            barriers.fail();
        }
        changes.tick(now);
        boolean quiet = leader() != null && changes.isEmpty() && (!isLeader() || alone == 0 && replication.isQuiet());
        clock.slow(quiet);
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
                resign();
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
            run(this::handOver);
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

    /** Whether this manager leads, and knows what is committed. From any thread. */
    boolean leadsForSure() {
        return sure && isLeader();
    }

    void lead(long term) {
        firstOfTerm = last_appended + 1;
        sure = false;
        replication.reset();
        setLeaderAndTerm(local_addr, term);
        LOG.info("Elected in term {}", term);
        peers.beat();
        replication.tick(time.getAsLong());
    }

    /** Does not lead any more, in this term. */
    void resign() {
        cease(() -> setLeaderAndTerm(null));
    }

    /** JGroups would tell those who wait for their entries while it holds the lock that everybody needs who asks it. */
    private void cease(Runnable step) {
        RequestTable<String> waiting = request_table;
        request_table = null;
        try {
            step.run();
        } finally {
            if (waiting != null) {
                waiting.destroy(new IllegalStateException("this manager leads no more"));
            }
            barriers.fail();
            changes.fail();
        }
    }

    /** Takes note of a term; who led in an earlier one does not any more. */
    void see(long term) {
        if (term <= currentTerm()) {
            return;
        }
        if (isLeader()) {
            LOG.info("Somebody else stood for election in term {}", term);
            cease(() -> currentTerm(term));
        } else {
            currentTerm(term);
        }
    }

    /** Takes note of a later term, and votes in it: with one write, as each waits for the disk. */
    void enter(long term, Address vote) {
        entries.voteWithNextTerm(vote);
        see(term);
        votedFor(vote);
    }

    /** Follows a leader. */
    void follow(Address leader, long term) {
        // A term has one leader; who belongs to no group yet may hear of another group's.
        if (term < currentTerm() || term == currentTerm() && leader() != null) {
            return;
        }
        // Who knows the leader of a term has no vote in it, even if it forgets who leads.
        if (term > currentTerm()) {
            enter(term, leader);
        } else if (votedFor() == null) {
            votedFor(leader);
        }
        setLeaderAndTerm(leader, term);
        LOG.info("Manager {} leads in term {}", Peers.nodeId(leader), term);
        news.run();
    }

    /** Ceases to lead, and has the best of the others stand for election at once. */
    void handOver() {
        if (!isLeader()) {
            return;
        }
        replication.best().ifPresent(heir -> send(heir, new Signal(Signal.Kind.STAND, currentTerm())));
        LOG.info("This manager hands over the lead");
        resign();
        election.pause();
    }

    /** Hands over once somebody has all entries, if it leads at all. From any thread. */
    CompletionStage<Void> leave() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean taken = run(() -> {
            if (isLeader() && group().voters().size() > 1) {
                replication.whenBest(() -> {
                    handOver();
                    done.complete(null);
                });
            } else {
                done.complete(null);
            }
        });
        if (!taken) {
            done.complete(null);
        }
        return done;
    }

    /**
     * The log could not be written. Unless it is certain that nobody has what it refused, this manager must not go on.
     *
     * @param inDoubt whether it may be in the log here all the same
     */
    boolean ceaseIfAnybodyMayHave(boolean inDoubt) {
        // Who was sent to may be out of touch by now, and still have it.
        boolean possible =
                inDoubt || !isLeader() || streamed || !peers.inTouch().isEmpty();
        if (isLeader() && possible) {
            LOG.error("The log cannot be written, so this manager ceases to lead");
            resign();
            election.pause();
        }
        return possible;
    }

    // What others say

    @Override
    public boolean welcome(String nodeId) {
        return welcome.test(nodeId);
    }

    @Override
    public void touched(Address peer) {
        news.run();
        run(() -> {
            replication.touched(peer);
            turn();
        });
    }

    @Override
    public void lost(Address peer) {
        news.run();
        run(() -> {
            replication.lost(peer);
            turn();
        });
    }

    @Override
    public void told(Address peer, Pulse pulse) {
        Address leader = leader();
        boolean leads = pulse.leads() && pulse.term() >= currentTerm() && !peer.equals(leader);
        boolean ceased = !pulse.leads() && pulse.term() == currentTerm() && peer.equals(leader);
        if (leads) {
            run(() -> follow(peer, pulse.term()));
        } else if (ceased) {
            run(() -> {
                if (peer.equals(leader())) {
                    setLeaderAndTerm(null);
                    turn();
                }
            });
        }
    }

    @Override
    public Pulse pulse() {
        boolean stuck = time.getAsLong() - ticked > patience;
        return new Pulse(group().generation(), currentTerm(), isLeader() && !stuck);
    }

    @Override
    public Collection<Address> recipients(Message message) {
        LogEntries sent = ((ObjectMessage) message).getObject();
        Collection<Address> recipients = replication.streamed(sent.size());
        streamed = !recipients.isEmpty();
        clock.slow(false);
        return recipients;
    }

    @Override
    public void handleUpRequest(Message message, RaftHeader header) {
        if (!entries.isUsable()) {
            return;
        }
        Address from = message.src();
        if (header instanceof AppendEntriesRequest request) {
            append(from, Append.of(request), ((ObjectMessage) message).getObject());
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
        see(term);
        return isLeader() && term == currentTerm();
    }

    /** Whether it leads now; what the same manager said as the leader of an earlier term may no longer hold. */
    private boolean leads(Address from, long term) {
        return term >= currentTerm() && from.equals(leader());
    }

    private void hear(Address from, Signal signal, Message message) {
        switch (signal.kind()) {
            case ASK, VOTE -> election.asked(from, signal);
            case WOULD, VOTED -> election.answered(from, signal);
            case STAND -> election.stand(signal.currTerm());
            case PROBE -> {
                follow(from, signal.currTerm());
                boolean follows = from.equals(leader());
                send(
                        from,
                        new Signal(Signal.Kind.FOLLOWS, currentTerm())
                                .number(signal.number())
                                .yes(follows));
            }
            case FOLLOWS -> {
                if (leading(signal.currTerm()) && signal.yes()) {
                    barriers.confirmed(from, signal.number());
                }
            }
            case PART -> {
                follow(from, signal.currTerm());
                if (leads(from, signal.currTerm())) {
                    incoming.part(from, signal, message);
                }
            }
            case WANTS -> {
                if (leading(signal.currTerm())) {
                    replication.wanted(from, signal);
                }
            }
            default -> LOG.debug("{} says {}", from, signal);
        }
    }

    /** Entries from somebody who says that he leads. */
    private void append(Address from, Append append, LogEntries sent) {
        follow(from, append.term());
        if (!leads(from, append.term())) {
            answer(from, AppendResult.Result.FAIL_ENTRY_NOT_FOUND, last_appended);
            return;
        }
        long previous = append.previousIndex();
        if (previous > last_appended) {
            answer(from, AppendResult.Result.FAIL_ENTRY_NOT_FOUND, last_appended);
            return;
        }
        // What is committed here is the same everywhere; the entry itself may be gone.
        if (previous > commit_index && log_impl.get(previous).term() != append.previousTerm()) {
            answer(from, AppendResult.Result.FAIL_ENTRY_NOT_FOUND, commit_index);
            return;
        }
        long match = previous + take(previous, sent == null ? new LogEntries() : sent);
        if (match > commit_index) {
            commitLogTo(Math.min(append.commitIndex(), match), false);
        }
        if (!entries.isComplete() && hasAllOf(append, match)) {
            entries.complete();
            LOG.info("This manager has got all of the log again");
        }
        answer(from, AppendResult.Result.OK, match);
    }

    /** What a leader has committed in its own term is behind everything that was acknowledged before. */
    private boolean hasAllOf(Append append, long match) {
        long committed = append.commitIndex();
        return committed > 0
                && committed >= log_impl.firstAppended()
                && committed <= match
                && log_impl.get(committed).term() == append.term();
    }

    /** Writes what is missing, after dropping what is different; returns how many of them are in the log now. */
    private long take(long previous, LogEntries sent) {
        long index = previous;
        long first = 0;
        LogEntries missing = new LogEntries();
        for (LogEntry entry : sent) {
            index++;
            if (missing.size() == 0) {
                if (index <= commit_index) {
                    continue;
                }
                if (index <= last_appended) {
                    if (log_impl.get(index).term() == entry.term()) {
                        continue;
                    }
                    deleteAllLogEntriesStartingFrom(index);
                }
                first = index;
            }
            missing.add(entry);
        }
        if (missing.size() > 0) {
            append(first, missing);
        }
        return Math.min(index, last_appended) - previous;
    }

    @Override
    protected void deleteAllLogEntriesStartingFrom(long index) {
        try {
            super.deleteAllLogEntriesStartingFrom(index);
        } finally {
            last_appended = log_impl.lastAppended();
        }
    }

    private void answer(Address to, AppendResult.Result result, long index) {
        AppendResult answer = new AppendResult(result, index).commitIndex(commit_index);
        send(to, new AppendEntriesResponse(currentTerm(), answer));
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

    void commitTo(long index) {
        commitLogTo(index, true);
    }

    Address self() {
        return local_addr;
    }

    /** Whether the log has all that a snapshot contains; what follows it may have been acknowledged, and must stay. */
    boolean has(long index, long term) {
        return index <= commit_index
                || index <= last_appended && log_impl.get(index).term() == term;
    }

    /** Everything is replaced by a snapshot of the leader's. */
    void install(long index, long term, ByteBuffer content) throws Exception {
        if (has(index, term)) {
            return;
        }
        ByteArrayDataInputStream in = new ByteArrayDataInputStream(content.duplicate());
        Group group = Group.parse(in.readUTF());
        // The log comes first: a state that is ahead of its log would be taken for damage.
        try {
            log_impl.setSnapshot(content);
            log_impl.reinitializeTo(index, new LogEntry(term, null));
            last_appended = index;
            commit_index = index;
            membership.reset(index, group);
            state_machine.readContentFrom(in);
        } catch (Throwable e) {
            if (log_impl.firstAppended() >= index) {
                // The log is the new one already, the state is not.
                applied.fail(index, e);
            }
            throw e;
        }
        LOG.info("Took over a snapshot of {} bytes, up to entry {}", content.remaining(), index);
    }

    // What JGroups does itself

    @Override
    protected void applyCommit(long index, boolean serialize) throws Exception {
        // JGroups goes on if an entry cannot be applied.
        applied.requireSound();
        applied.next(index);
        if (index >= firstOfTerm) {
            sure = true;
        }
        super.applyCommit(index, serialize);
        applied.requireSound();
    }

    @Override
    protected void takeSnapshot() throws Exception {
        patience = STUCK_IN_SNAPSHOT;
        try {
            writeSnapshot();
        } finally {
            ticked = time.getAsLong();
            patience = STUCK;
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
