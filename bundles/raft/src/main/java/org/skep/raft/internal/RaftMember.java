package org.skep.raft.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.Role;
import org.jgroups.raft.Options;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.api.node.Daemon;
import org.skep.api.node.SwarmMembership;
import org.skep.raft.log.DamagedLogException;
import org.skep.raft.log.EntryLog;
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
final class RaftMember {

    /** What depends on the lead. Both calls come from one thread, and may take their time. */
    interface Leadership {
        void gained(Proposer proposer);

        void lost(Proposer proposer);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RaftMember.class);

    /** The log is cut back at this size, however few entries it has. */
    private static final long SNAPSHOT_BYTES = 64L << 20;

    private static final long RETRY_MILLIS = 500;
    private static final long STOP_SECONDS = 5;

    private final Path directory;
    private final SwarmMembership membership;
    private final StateMachine state;
    private final Daemon daemon;
    private final Leadership leadership;
    private final long snapshotEntries;
    /** Everything but consensus itself happens on this thread, so that consensus never waits for a service to start. */
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "skep-raft"));

    private EntryLog log;
    private RAFT raft;
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
     * @param snapshotEntries the log is cut back after so many entries
     */
    RaftMember(
            Path directory,
            long snapshotEntries,
            SwarmMembership membership,
            StateMachine state,
            Leadership leadership,
            Daemon daemon) {
        this.directory = directory;
        this.snapshotEntries = snapshotEntries;
        this.membership = membership;
        this.state = state;
        this.leadership = leadership;
        this.daemon = daemon;
        worker.execute(this::start);
    }

    private void start() {
        try {
            log = EntryLog.open(directory, state.appliedIndex());
            connect();
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
        raft = new RAFT();
        proposals = new Proposals(this::append);
        applied = new AppliedState(state, log::internal, raft::commitIndex, new Outcomes());
        raft.raftId(membership.nodeId())
                .members(List.of(membership.nodeId()))
                .log(new RaftLog(log, state.appliedIndex(), this::refused, this::unusable))
                .maxLogCacheSize(0)
                .maxLogSize(Long.MAX_VALUE)
                .stateMachine(applied)
                .addRoleListener(this::changed);
        channel = Stack.alone(raft);
        channel.setName(membership.nodeId());
        channel.connect(membership.clusterId());
    }

    private CompletionStage<?> append(byte[] entry) {
        return raft.setAsync(entry, 0, entry.length, Options.create(true));
    }

    /** Called by JGroups in the midst of an election. */
    private void changed(Role role) {
        try {
            worker.execute(role == Role.Leader ? this::prove : this::resign);
        } catch (RejectedExecutionException stopping) {
            LOG.debug("Became {} while stopping", role);
        }
    }

    /** Finds out whether we lead: only then our entry comes back. */
    private void prove() {
        if (leading) {
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
                                worker.schedule(this::proveAgain, RETRY_MILLIS, TimeUnit.MILLISECONDS);
                            }
                        },
                        worker);
    }

    private void proveAgain() {
        if (raft.isLeader()) {
            prove();
        }
    }

    private void lead(long index) {
        if (!leading && raft.isLeader()) {
            LOG.info("This manager leads the swarm, from entry {} on", index);
            leading = true;
            leadership.gained(proposals);
        }
    }

    private void resign() {
        if (leading) {
            LOG.info("This manager does not lead the swarm any more");
            leading = false;
            leadership.lost(proposals);
        }
    }

    /** Called by JGroups when entries could not be written. */
    private void refused(List<LogEntry> entries, IOException why) {
        if (writable) {
            writable = false;
            LOG.error("The log cannot be written; changes are refused until it can", why);
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

    private void unusable(IOException why) {
        daemon.fail("cannot write the term of the election to " + directory + ": " + IoReasons.of(why));
    }

    private void takeSnapshot(long index) {
        snapshotUnderWay = true;
        raft.snapshotAsync().whenComplete((done, failure) -> {
            snapshotUnderWay = false;
            if (failure == null) {
                LOG.info("Took a snapshot of the state and cut the log back to {} bytes", log.bytes());
            } else {
                nextSnapshot = index + snapshotEntries / 10;
                LOG.warn("Could not take a snapshot of the state; it will be tried again", failure);
            }
        });
    }

    /** Leaves; nothing of it is running when the call returns. */
    void stop() throws InterruptedException {
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

    /** Hears what becomes of entries. */
    private final class Outcomes implements AppliedState.Listener {

        @Override
        public void applied(long index, byte[] entry) {
            writable = true;
            proposals.applied(index, entry);
            boolean due = applied.sinceSnapshot() >= snapshotEntries || log.bytes() >= SNAPSHOT_BYTES;
            if (due && !snapshotUnderWay && index >= nextSnapshot) {
                takeSnapshot(index);
            }
        }

        @Override
        public void failed(long index, Exception why) {
            LOG.error("Entry {} cannot be applied", index, why);
            daemon.fail("entry " + index + " of the log in " + directory + " cannot be applied: " + why.getMessage());
        }
    }
}
