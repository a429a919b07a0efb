package org.skep.raft.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.protocols.raft.Role;
import org.jgroups.raft.Options;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.api.node.Daemon;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.StateCipher;
import org.skep.api.node.SwarmMembership;
import org.skep.raft.log.DamagedLogException;
import org.skep.raft.log.EntryLog;
import org.skep.raft.log.WriteInDoubtException;
import org.skep.raft.net.Peers;
import org.skep.store.Consensus;
import org.skep.store.Proposer;
import org.skep.store.StateMachine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This manager's part in consensus.
 *
 * <p>It leads once an entry of its own has come back through the log: by then all earlier ones are applied, and a majority
 * follows. What JGroups says of who leads is only a reason to try.
 */
final class RaftMember implements Consensus {

    /** What depends on the lead. Both calls come from one thread, and may take their time. */
    interface Leadership {
        void gained(Proposer proposer);

        void lost(Proposer proposer);
    }

    /** How this manager is connected with the others. */
    interface Network {
        /** Whether a node may take part, as is known by now; from any thread. */
        boolean welcome(String nodeId);

        Peers peers();

        JChannel channel(ManagerRaft raft) throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(RaftMember.class);

    /** The log is cut back at this size, however few entries it has. */
    private static final long SNAPSHOT_BYTES = 64L << 20;

    private static final long RETRY_MILLIS = 500;
    private static final long OBSERVE_MILLIS = 1_000;
    private static final long HAND_OVER_MILLIS = 500;
    private static final long STOP_SECONDS = 5;

    private final Path directory;
    private final SwarmMembership membership;
    private final ManagerStart start;
    private final StateMachine state;
    private final Daemon daemon;
    private final Leadership leadership;
    private final LongSupplier snapshotEntries;
    private final Network network;
    private final StateCipher cipher;
    private final Observation observation;
    /** Everything but consensus itself happens on this thread, so that consensus never waits for a service to start. */
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "skep-raft"));

    private EntryLog log;
    private volatile ManagerRaft raft;
    private JChannel channel;
    private AppliedState applied;
    private Proposals proposals;
    private boolean leading;
    private volatile boolean snapshotUnderWay;
    /** When one failed, the next must not follow at once: it costs as much. */
    private volatile long nextSnapshot;

    private volatile boolean writable = true;

    /**
     * @param directory of the log
     * @param cipher with which it is written
     * @param snapshotEntries the log is cut back after so many entries
     */
    RaftMember(
            Path directory,
            LongSupplier snapshotEntries,
            SwarmMembership membership,
            ManagerStart start,
            Network network,
            StateCipher cipher,
            StateMachine state,
            Leadership leadership,
            Daemon daemon) {
        this.directory = directory;
        this.snapshotEntries = snapshotEntries;
        this.membership = membership;
        this.start = start;
        this.network = network;
        this.cipher = cipher;
        this.state = state;
        this.leadership = leadership;
        this.daemon = daemon;
        observation = new Observation(membership.nodeId(), network.peers());
        worker.execute(this::start);
    }

    private void start() {
        try {
            log = EntryLog.open(directory, state.appliedIndex(), cipher);
            Start.prepare(log, start, membership.nodeId());
            connect();
            worker.scheduleWithFixedDelay(this::observe, 0, OBSERVE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (DamagedLogException e) {
            LOG.error("The log cannot be used", e);
            daemon.fail(e.getMessage() + "; nothing was changed, run: skepd repair-log --state-dir "
                    + directory.toAbsolutePath().getParent());
        } catch (Exception e) {
            LOG.error("Consensus did not start", e);
            daemon.fail("cannot start consensus on " + directory + ": " + IoReasons.of(e));
        }
    }

    private void connect() throws Exception {
        // JGroups looks for its tables of classes where the thread does.
        Thread.currentThread().setContextClassLoader(RaftMember.class.getClassLoader());
        proposals = new Proposals(this::append);
        ManagerRaft next = new ManagerRaft(membership.nodeId(), network.peers(), network::welcome, this::news);
        applied = new AppliedState(state, next::commitIndex, new Entries());
        next.over(new RaftLog(log, state.appliedIndex(), next.membership(), new Writes()), applied)
                .addRoleListener(this::changed);
        channel = network.channel(next);
        channel.setName(membership.nodeId());
        raft = next;
        channel.connect(membership.clusterId());
    }

    private CompletionStage<?> append(byte[] entry) {
        return raft.setAsync(entry, 0, entry.length, Options.create(true));
    }

    private void news() {
        try {
            worker.execute(this::observe);
        } catch (RejectedExecutionException stopping) {
            LOG.debug("Something happened while stopping");
        }
    }

    /** Called by JGroups in the midst of an election. */
    private void changed(Role role) {
        try {
            worker.execute(role == Role.Leader ? this::prove : this::resign);
            worker.execute(this::observe);
        } catch (RejectedExecutionException stopping) {
            LOG.debug("Became {} while stopping", role);
        }
    }

    /** Finds out whether we lead: only then our entry comes back. */
    private void prove() {
        if (leading || !raft.isLeader()) {
            return;
        }
        proposals
                .propose(new byte[0])
                .whenCompleteAsync(
                        (index, failure) -> {
                            if (failure == null) {
                                lead(index);
                            } else {
                                LOG.debug("This manager cannot prove yet that it leads", failure);
                                worker.schedule(this::prove, RETRY_MILLIS, TimeUnit.MILLISECONDS);
                            }
                        },
                        worker);
    }

    private void lead(long index) {
        if (!leading && raft.lead().isSure()) {
            LOG.info("This manager leads the swarm, from entry {} on", index);
            leading = true;
            leadership.gained(proposals);
            observe();
        }
    }

    private void resign() {
        if (leading) {
            LOG.info("This manager does not lead the swarm any more");
            leading = false;
            leadership.lost(proposals);
        }
    }

    private void takeSnapshot(long index) {
        snapshotUnderWay = true;
        raft.snapshotAsync().whenComplete((done, failure) -> {
            snapshotUnderWay = false;
            if (failure == null) {
                LOG.info("Took a snapshot of the state and cut the log back to {} bytes", log.bytes());
            } else {
                nextSnapshot = index + snapshotEntries.getAsLong() / 10;
                LOG.warn("Could not take a snapshot of the state; it will be tried again", failure);
            }
        });
    }

    @Override
    public Status status() {
        return observation.status(raft);
    }

    @Override
    public Follower follow(Consumer<Status> listener) {
        return observation.follow(listener);
    }

    private void observe() {
        observation.tell(raft);
    }

    @Override
    public CompletionStage<Void> barrier() {
        ManagerRaft current = raft;
        return current == null || !current.lead().isSure()
                ? CompletableFuture.failedStage(Outcomes.noLeader())
                : current.barriers().add();
    }

    @Override
    public CompletionStage<Void> add(String nodeId, Duration patience) {
        ManagerRaft current = raft;
        return current == null || !current.isLeader()
                ? CompletableFuture.failedStage(Outcomes.noLeader())
                : current.changes().add(nodeId, patience);
    }

    @Override
    public CompletionStage<Void> remove(String nodeId) {
        ManagerRaft current = raft;
        if (current == null || !current.isLeader()) {
            return CompletableFuture.failedStage(Outcomes.noLeader());
        }
        if (!nodeId.equals(membership.nodeId())) {
            return current.changes().remove(nodeId, Duration.ZERO);
        }
        // Nothing is proposed any more, so that nothing is left in doubt when the lead passes on.
        try {
            return CompletableFuture.runAsync(this::resign, worker)
                    .thenCompose(resigned -> current.changes().remove(nodeId, Duration.ZERO))
                    .whenCompleteAsync((done, failure) -> prove(), worker);
        } catch (RejectedExecutionException stopping) {
            return CompletableFuture.failedStage(Outcomes.noLeader());
        }
    }

    /** Leaves; nothing of it is running when the call returns. */
    void stop() throws InterruptedException {
        ManagerRaft current = raft;
        if (current != null) {
            current.end();
        }
        try {
            worker.submit(this::disconnect).get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Consensus did not stop in order", e);
        }
        worker.shutdownNow();
        worker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
    }

    private void disconnect() {
        resign();
        if (channel != null) {
            passOn();
            channel.close();
        }
        try {
            if (log != null) {
                log.close();
            }
        } catch (IOException e) {
            LOG.warn("The log did not close", e);
        }
    }

    private void passOn() {
        try {
            raft.lead().leave().toCompletableFuture().get(HAND_OVER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("Nobody could take over the lead at once");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hears what is written. */
    private final class Writes implements RaftLog.Listener {

        @Override
        public void writing(LogEntries entries) {
            for (LogEntry entry : entries) {
                if (entry.command() != null) {
                    proposals.writing(entry.command());
                }
            }
        }

        @Override
        public void refused(List<LogEntry> entries, IOException why) {
            if (writable) {
                writable = false;
                LOG.error("The log cannot be written; changes are refused until it can", why);
            }
            if (raft.lead().ceaseIfAnybodyMayHave(why instanceof WriteInDoubtException)) {
                return;
            }
            SkepException refusal = SkepException.resource(
                    "LOG_UNWRITABLE",
                    "the log in " + directory + " cannot be written: " + IoReasons.of(why),
                    "make room on the disk and try again",
                    why);
            for (LogEntry entry : entries) {
                proposals.refused(entry.command(), refusal);
            }
        }

        @Override
        public void unusable(IOException why) {
            daemon.fail("cannot write the term of the election to " + directory + ": " + IoReasons.of(why));
        }
    }

    /** Hears what becomes of entries. */
    private final class Entries implements AppliedState.Listener {

        @Override
        public void applied(long index, byte[] entry) {
            writable = true;
            proposals.applied(index, entry);
            boolean due = applied.sinceSnapshot() >= snapshotEntries.getAsLong() || log.bytes() >= SNAPSHOT_BYTES;
            if (due && !snapshotUnderWay && index >= nextSnapshot) {
                takeSnapshot(index);
            }
        }

        @Override
        public void failed(long index, Throwable why) {
            LOG.error("Entry {} cannot be applied", index, why);
            daemon.fail("entry " + index + " of the log in " + directory + " cannot be applied: " + why.getMessage());
        }
    }
}
