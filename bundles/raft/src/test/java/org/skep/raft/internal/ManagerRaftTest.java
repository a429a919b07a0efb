package org.skep.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.protocols.raft.AppendEntriesRequest;
import org.jgroups.protocols.raft.AppendEntriesResponse;
import org.jgroups.protocols.raft.AppendResult;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.RaftHeader;
import org.jgroups.raft.Options;
import org.jgroups.stack.Protocol;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.ExtendedUUID;
import org.jgroups.util.Util;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.testing.TestCipher;
import org.skep.raft.log.EntryLog;
import org.skep.raft.net.Peers;
import org.skep.raft.net.Pulse;
import org.skep.raft.net.TestBeats;
import org.skep.store.StateMachine;

/** One manager without threads, told what to hear by the test. */
class ManagerRaftTest {

    private static final byte[] ENTRY = {1};

    @TempDir
    Path directory;

    private final List<Message> said = new ArrayList<>();
    private final List<Long> applied = new ArrayList<>();
    private final Address self = address("self");
    private final Address leader = address("leader");
    private final Address third = address("third");
    private final AtomicLong time = new AtomicLong(1);
    private final Peers peers = new Peers("self", Map::of);
    private final ManagerRaft raft = new ManagerRaft("self", peers, any -> true, () -> {}, time::get);
    private EntryLog log;
    private long unfit;
    private RuntimeException broken;
    private AppliedState state;
    private boolean unusable;
    private Runnable writing = () -> {};

    private static Address address(String nodeId) {
        return ExtendedUUID.randomUUID(nodeId).put(RAFT.raft_id_key, Util.stringToBytes(nodeId));
    }

    /** What JGroups keeps to itself and those that extend it. */
    private abstract static class Requests extends RAFT {
        static Request proposal(CompletableFuture<byte[]> done) {
            return new DownRequest(done, ENTRY, 0, ENTRY.length, false, Options.create(true), false);
        }

        static Request heard(Message message, Signal signal) {
            return new UpRequest(message, signal);
        }
    }

    private final class State implements StateMachine {
        @Override
        public long appliedIndex() {
            return applied.isEmpty() ? 0 : applied.get(applied.size() - 1);
        }

        @Override
        public void apply(long index, byte[] entry) {
            if (index == unfit) {
                throw new AssertionError("entry " + index);
            }
            applied.add(index);
        }

        @Override
        public void writeSnapshot(OutputStream out) {
            writing.run();
        }

        @Override
        public void readSnapshot(InputStream in) throws IOException {
            throw new IOException("not this one");
        }
    }

    @BeforeEach
    void open() throws Exception {
        log = EntryLog.open(directory, 0, new TestCipher());
        RaftLog.Listener writes = new RaftLog.Listener() {
            @Override
            public void writing(LogEntries entries) {}

            @Override
            public void refused(List<LogEntry> entries, IOException why) {
                raft.lead().ceaseIfAnybodyMayHave(false);
            }

            @Override
            public void unusable(IOException why) {
                unusable = true;
            }
        };
        AppliedState.Listener entries = new AppliedState.Listener() {
            @Override
            public void applied(long index, byte[] entry) {}

            @Override
            public void failed(long index, Throwable why) {}
        };
        state = new AppliedState(new State(), raft::commitIndex, entries);
        raft.over(new RaftLog(log, 0, raft.membership(), writes), state);
        raft.setAddress(self);
        peers.setDownProtocol(new Protocol() {
            @Override
            public Object down(Message message) {
                return null;
            }

            @Override
            public Object down(Event event) {
                return null;
            }
        });
        raft.setDownProtocol(new Protocol() {
            @Override
            public Object down(Message message) {
                if (broken != null) {
                    throw broken;
                }
                said.add(message);
                return null;
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        log.close();
    }

    private void append(long term, long previous, long previousTerm, long... terms) {
        LogEntries entries = new LogEntries();
        for (long entryTerm : terms) {
            entries.add(new LogEntry(entryTerm, ENTRY));
        }
        raft.handleUpRequest(
                new ObjectMessage(self, entries).setSrc(leader),
                new AppendEntriesRequest(leader, term, previous, previousTerm, term, 0));
    }

    @Test
    void doesNotTakeWhatTheSameLeaderSaidInAnEarlierTerm() {
        append(1, 0, 0, 1);
        append(3, 1, 1, 3);
        append(1, 1, 1, 1);
        assertThat(raft.lastAppended()).isEqualTo(2);
        assertThat(raft.log().get(2).term()).isEqualTo(3);
    }

    @Test
    void keepsWhatItHasBehindASnapshotThatItDoesNotNeed() throws Exception {
        append(1, 0, 0, 1, 1, 1);
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream();
        out.writeUTF(Group.founded("leader").text());
        out.writeLong(2);
        Signal part = new Signal(Signal.Kind.PART, 1).at(2, 1).yes(true);
        raft.handleUpRequest(new BytesMessage(self, out.buffer(), 0, out.position()).setSrc(leader), part);
        assertThat(raft.lastAppended()).isEqualTo(3);
        assertThat(raft.commitIndex()).isEqualTo(2);
        assertThat(applied).containsExactly(1L, 2L);
        Signal answer = said.get(said.size() - 1).getHeader(raft.getId());
        assertThat(answer.kind()).isEqualTo(Signal.Kind.WANTS);
        assertThat(answer.yes()).isTrue();
    }

    @Test
    void writesNothingWhenItHearsOfAnotherTermInTheSameBatch() throws Exception {
        raft.membership().reset(0, new Group("g", List.of("leader", "self")));
        raft.lead().see(1);
        raft.lead().begin(1);
        said.clear();
        CompletableFuture<byte[]> done = new CompletableFuture<>();
        Signal stood = new Signal(Signal.Kind.WANTS, 2);
        raft.process(List.of(Requests.proposal(done), Requests.heard(new ObjectMessage(self).setSrc(leader), stood)));
        assertThat(done).isCompletedExceptionally();
        assertThat(raft.isLeader()).isFalse();
        assertThat(said).isEmpty();
        assertThat(raft.lastAppended()).isZero();
    }

    @Test
    void ceasesToLeadIfItIsNotKnownWhatBecameOfABatch() throws Exception {
        raft.membership().reset(0, new Group("g", List.of("leader", "self")));
        raft.lead().see(1);
        raft.lead().begin(1);
        broken = new IllegalStateException("no network");
        CompletableFuture<byte[]> done = new CompletableFuture<>();
        raft.process(List.of(Requests.proposal(done)));
        assertThat(raft.isLeader()).isFalse();
    }

    @Test
    void appliesNothingBehindWhatItCouldNotApply() {
        unfit = 2;
        append(1, 0, 0, 1, 1, 1);
        raft.commitTo(3);
        raft.commitTo(3);
        assertThat(applied).containsExactly(1L);
        assertThat(raft.commitIndex()).isEqualTo(1);
    }

    @Test
    void countsOnlyOnThoseInTouch() {
        Replication replication = new Replication(raft, new Peers("self", Map::of), time::get);
        replication.touched(leader);
        replication.tick(time.get());
        assertThat(replication.matches()).containsOnlyKeys("self");
    }

    @Test
    void ceasesToLeadIfTheLogIsInDoubtThoughNobodyElseIsThere() {
        raft.membership().reset(0, new Group("g", List.of("self")));
        raft.lead().see(1);
        raft.lead().begin(1);
        assertThat(raft.lead().ceaseIfAnybodyMayHave(false)).isFalse();
        assertThat(raft.isLeader()).isTrue();
        assertThat(raft.lead().ceaseIfAnybodyMayHave(true)).isTrue();
        assertThat(raft.isLeader()).isFalse();
    }

    private void pass(long millis) {
        time.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        raft.turn();
    }

    private void hear(Address from, Signal signal) {
        raft.handleUpRequest(new EmptyMessage(self).setSrc(from), signal);
    }

    private List<Signal.Kind> asked() {
        List<Signal.Kind> kinds = said.stream()
                .map(message -> message.<RaftHeader>getHeader(raft.getId()))
                .filter(Signal.class::isInstance)
                .map(header -> ((Signal) header).kind())
                .toList();
        said.clear();
        return kinds;
    }

    private void standInTermOne() {
        raft.membership().reset(0, new Group("g", List.of("leader", "self", "third")));
        TestBeats.touch(peers, leader, new Pulse("g", 0, false));
        TestBeats.touch(peers, third, new Pulse("g", 0, false));
        pass(0);
        pass(60);
        assertThat(asked()).containsExactly(Signal.Kind.ASK, Signal.Kind.ASK);
        hear(leader, new Signal(Signal.Kind.WOULD, 0).number(1).yes(true));
        assertThat(asked()).containsExactly(Signal.Kind.VOTE, Signal.Kind.VOTE);
        assertThat(raft.currentTerm()).isEqualTo(1);
    }

    @Test
    void aVoteCountsThoughItTakesLongToBeGiven() {
        standInTermOne();
        pass(5_000);
        pass(400);
        assertThat(asked()).containsExactly(Signal.Kind.ASK, Signal.Kind.ASK);
        hear(third, new Signal(Signal.Kind.VOTED, 1).number(1).yes(true));
        assertThat(raft.isLeader()).isTrue();
        assertThat(raft.currentTerm()).isEqualTo(1);
    }

    @Test
    void noVoteCountsTwiceInATerm() {
        standInTermOne();
        hear(third, new Signal(Signal.Kind.VOTED, 1).number(1).yes(true));
        raft.lead().resign();
        hear(leader, new Signal(Signal.Kind.VOTED, 1).number(1).yes(true));
        assertThat(raft.isLeader()).isFalse();
    }

    @Test
    void aTermAndTheVoteInItAreOneWrite() throws Exception {
        raft.membership().reset(0, new Group("g", List.of("leader", "self")));
        long before = writes();
        hear(leader, new Signal(Signal.Kind.VOTE, 7));
        assertThat(writes()).isEqualTo(before + 1);
        assertThat(log.currentTerm()).isEqualTo(7);
        assertThat(raft.votedFor()).isEqualTo(leader);
        assertThat(raft.log().votedFor()).isEqualTo(leader);
        hear(third, new Signal(Signal.Kind.VOTE, 8).at(0, 0));
        assertThat(raft.log().votedFor()).isEqualTo(third);
        assertThat(writes()).isEqualTo(before + 2);
    }

    /** The vote file numbers its two copies in turn. */
    private long writes() throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(directory.resolve("vote")));
        return Math.max(file.getLong(8), file.getLong(520));
    }

    @Test
    void whoWaitsIsToldOfTheLostLeadWithoutAnyLock() throws Exception {
        raft.membership().reset(0, new Group("g", List.of("leader", "self")));
        raft.lead().see(1);
        raft.lead().begin(1);
        for (Runnable end :
                List.<Runnable>of(raft.lead()::resign, () -> raft.lead().see(3))) {
            CompletableFuture<byte[]> done = new CompletableFuture<>();
            raft.process(List.of(Requests.proposal(done)));
            CompletableFuture<Long> term = done.handle((result, failure) -> {
                try {
                    return CompletableFuture.supplyAsync(raft::currentTerm).get(10, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            end.run();
            assertThat(term).isCompleted();
            raft.lead().see(2);
            raft.lead().begin(2);
        }
    }

    @Test
    void anErrorCostsNothingOfWhatComesBehindIt() {
        List<String> order = new ArrayList<>();
        raft.process(List.of(
                new ManagerRaft.Task(() -> {
                    throw new AssertionError("no thread");
                }),
                new ManagerRaft.Task(() -> order.add("next"))));
        assertThat(order).containsExactly("next");
    }

    @Test
    void aLeaderThatHasLostTouchForAMomentLeadsOn() {
        raft.membership().reset(0, new Group("g", List.of("leader", "self", "third")));
        raft.lead().see(1);
        raft.lead().begin(1);
        pass(50);
        pass(900);
        assertThat(raft.isLeader()).isTrue();
        TestBeats.touch(peers, third, new Pulse("g", 1, false));
        pass(900);
        assertThat(raft.isLeader()).isTrue();
    }

    @Test
    void aLeaderWithoutAMajorityCeasesToLead() {
        raft.membership().reset(0, new Group("g", List.of("leader", "self", "third")));
        raft.lead().see(1);
        raft.lead().begin(1);
        pass(50);
        pass(1_050);
        assertThat(raft.isLeader()).isFalse();
    }

    private Pulse pulse() {
        return raft.contacts().pulse();
    }

    private void leadAlone() {
        raft.membership().reset(0, new Group("g", List.of("self")));
        raft.lead().see(1);
        raft.lead().begin(1);
    }

    @Test
    void aRemovedLeaderHandsOverThoughItMissedTheMoment() {
        raft.membership().reset(0, new Group("g", List.of("leader", "self")));
        raft.lead().see(1);
        raft.lead().begin(1);
        TestBeats.touch(peers, leader, new Pulse("g", 1, false));
        raft.membership().reset(0, new Group("g", List.of("leader")));
        pass(50);
        assertThat(raft.isLeader()).isFalse();
    }

    @Test
    void nothingIsSaidAnyMoreOnceAVoteCannotBeWritten() throws Exception {
        raft.membership().reset(0, new Group("g", List.of("leader", "self", "third")));
        raft.lead().see(1);
        log.close();
        Signal question = new Signal(Signal.Kind.VOTE, 2);
        assertThatThrownBy(() -> hear(leader, question)).isInstanceOf(UncheckedIOException.class);
        assertThat(unusable).isTrue();
        said.clear();
        hear(third, question);
        hear(third, new Signal(Signal.Kind.ASK, 5));
        append(6, 0, 0, 6);
        CompletableFuture<byte[]> done = new CompletableFuture<>();
        raft.process(List.of(new ManagerRaft.Task(raft::turn), Requests.proposal(done)));
        assertThat(said).isEmpty();
        assertThat(done).isCompletedExceptionally();
        assertThat(raft.isLeader()).isFalse();
    }

    @Test
    void aSnapshotThatFailedDoesNotCount() throws Exception {
        append(1, 0, 0, 1, 1);
        raft.commitTo(2);
        Path obstacle = directory.resolve("snapshot.new/full");
        Files.createDirectories(obstacle);
        assertThat(raft.renewSnapshot()).isFalse();
        assertThat(state.sinceSnapshot()).isEqualTo(2);
        Files.delete(obstacle);
        assertThat(raft.renewSnapshot()).isTrue();
        assertThat(state.sinceSnapshot()).isZero();
    }

    @Test
    void whoWaitsForAProofIsToldAtTheEnd() {
        leadAlone();
        CompletionStage<Void> barrier = raft.barriers().add();
        raft.end();
        assertThat(barrier.toCompletableFuture()).isCompletedExceptionally();
        assertThat(raft.barriers().add().toCompletableFuture()).isCompletedExceptionally();
        assertThat(raft.changes().remove("third", Duration.ofHours(1)).toCompletableFuture())
                .isCompletedExceptionally();
    }

    @Test
    void aLeaderThatStandsStillSaysThatItDoesNotLead() {
        leadAlone();
        pass(50);
        time.addAndGet(TimeUnit.MILLISECONDS.toNanos(4_900));
        assertThat(pulse().leads()).isTrue();
        time.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(pulse().leads()).isFalse();
        pass(0);
        assertThat(pulse().leads()).isTrue();
    }

    @Test
    void aLargeSnapshotIsNotTakenForADiskThatStandsStill() {
        append(1, 0, 0, 1);
        raft.commitTo(1);
        raft.lead().see(2);
        raft.lead().begin(2);
        writing = () -> {
            time.addAndGet(TimeUnit.SECONDS.toNanos(10));
            assertThat(pulse().leads()).isTrue();
            time.addAndGet(TimeUnit.SECONDS.toNanos(11));
            assertThat(pulse().leads()).isFalse();
        };
        assertThat(raft.renewSnapshot()).isTrue();
        assertThat(pulse().leads()).isTrue();
    }

    @Test
    void aLogThatWasCutBackHasNoVoteUntilItIsWhole() throws Exception {
        log.close();
        Files.createFile(directory.resolve("incomplete"));
        open();
        raft.membership().reset(0, new Group("g", List.of("leader", "self", "third")));
        hear(third, new Signal(Signal.Kind.VOTE, 4));
        assertThat(raft.votedFor()).isNull();
        TestBeats.touch(peers, leader, new Pulse("g", 4, false));
        pass(1_000);
        pass(1_000);
        assertThat(asked()).containsExactly(Signal.Kind.VOTED);

        // Entries of earlier terms may be fewer than were acknowledged.
        append(5, 0, 0, 2, 5);
        assertThat(raft.mayVote()).isFalse();
        raft.handleUpRequest(
                new ObjectMessage(self, new LogEntries()).setSrc(leader),
                new AppendEntriesRequest(leader, 5, 2, 5, 5, 2));
        assertThat(raft.mayVote()).isTrue();
        assertThat(directory.resolve("incomplete")).doesNotExist();
    }

    @Test
    void whoJoinsGetsASnapshotInPlaceOfAnEarlierGenerationsTimes() {
        LogEntries groups = new LogEntries();
        for (Group group : List.of(Group.founded("earlier"), new Group("g", List.of("self")))) {
            groups.add(new LogEntry(1, group.entry(), 0, group.entry().length, true));
        }
        raft.handleUpRequest(
                new ObjectMessage(self, groups).setSrc(leader), new AppendEntriesRequest(leader, 1, 0, 0, 1, 2));
        raft.lead().see(2);
        raft.lead().begin(2);
        said.clear();
        TestBeats.touch(peers, third, new Pulse("", 0, false));
        pass(50);
        raft.handleUpRequest(
                new EmptyMessage(self).setSrc(third),
                new AppendEntriesResponse(2, new AppendResult(AppendResult.Result.FAIL_ENTRY_NOT_FOUND, 0)));
        assertThat(asked()).contains(Signal.Kind.PART);
        assertThat(log.snapshotIndex()).isEqualTo(2);
    }
}
