package org.skep.store.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;
import org.skep.protocol.Config;
import org.skep.protocol.Service;
import org.skep.store.Change;
import org.skep.store.Changes;
import org.skep.store.Kind;
import org.skep.store.Proposer;
import org.skep.store.StateMachine;
import org.skep.store.Store.Watch;

/** Transactions that are decided while earlier ones are on their way. */
class PipelineTest {

    /** A log that applies and fails entries when the test says so. */
    private static final class SlowLog implements Proposer {

        private record Entry(byte[] bytes, CompletableFuture<Long> confirmed) {}

        private final Deque<Entry> entries = new ArrayDeque<>();
        private final List<byte[]> applied = new ArrayList<>();
        private long index;

        @Override
        public CompletionStage<Long> propose(byte[] entry) {
            CompletableFuture<Long> confirmed = new CompletableFuture<>();
            entries.add(new Entry(entry, confirmed));
            return confirmed;
        }

        /** An entry that is consensus's own: it takes an index, and never reaches the store. */
        void skip() {
            index++;
        }

        void applyNext(StateMachine... stores) throws IOException {
            Entry entry = entries.remove();
            index++;
            for (StateMachine store : stores) {
                store.apply(index, entry.bytes());
            }
            applied.add(entry.bytes());
            entry.confirmed().complete(index);
        }

        void failNext(String code) {
            entries.remove().confirmed().completeExceptionally(SkepException.resource(code, "no", "", null));
        }
    }

    private final ReplicatedStore store = ReplicatedStore.on(Persistence.none(), Clock.systemUTC());
    private final SlowLog log = new SlowLog();

    @BeforeEach
    void lead() {
        store.bind(log);
    }

    private CompletableFuture<Void> create(String id) {
        return store.<Void>updateAsync(tx -> {
                    tx.create(TransactionTest.service(id, "name-" + id));
                    return null;
                })
                .toCompletableFuture();
    }

    /** Counts up in the service's label. */
    private CompletableFuture<Long> touch(String id) {
        return store.updateAsync(tx -> {
                    Service service = tx.services().get(id).orElseThrow();
                    long next = service.getJobStatus().getJobIteration().getIndex() + 1;
                    Service.Builder touched = service.toBuilder();
                    touched.getJobStatusBuilder().getJobIterationBuilder().setIndex(next);
                    tx.update(touched.build());
                    return next;
                })
                .toCompletableFuture();
    }

    private Service service(String id) {
        return store.view().services().get(id).orElseThrow();
    }

    private static void assertFailed(CompletableFuture<?> write, String code) {
        assertThat(write).isCompletedExceptionally();
        assertThatThrownBy(write::join).cause().isInstanceOfSatisfying(SkepException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }

    @Test
    void decidesOnWhatIsStillOnItsWay() throws Exception {
        CompletableFuture<Void> created = create("s1");
        CompletableFuture<Long> first = touch("s1");
        CompletableFuture<Long> second = touch("s1");
        assertThat(log.entries).hasSize(3);
        assertThat(store.view().services().size()).isZero();
        assertThat(created).isNotDone();

        log.applyNext(store);
        assertThat(created).isCompleted();
        log.applyNext(store);
        log.applyNext(store);
        assertThat(first).isCompletedWithValue(1L);
        assertThat(second).isCompletedWithValue(2L);
        assertThat(service("s1").getMeta().getVersion().getIndex()).isEqualTo(3);
    }

    @Test
    void versionsAreTheLogsEvenIfItGivesOtherIndexesThanExpected() throws Exception {
        create("s1");
        touch("s1");
        create("s2");
        log.skip();
        log.skip();
        log.applyNext(store);
        // Its work at the head is that of the touch under way, which must not be undone.
        CompletableFuture<Long> second = touch("s1");
        log.skip();
        log.applyNext(store);
        log.applyNext(store);
        assertThat(service("s1").getMeta().getVersion().getIndex()).isEqualTo(5);
        log.applyNext(store);
        assertThat(second).isCompletedWithValue(2L);
        assertThat(service("s1").getMeta().getVersion().getIndex()).isEqualTo(7);

        // Who looked at the committed state can update, also while others are under way.
        Service seen = service("s2");
        create("s3");
        CompletableFuture<?> update = store.updateAsync(tx -> {
                    tx.update(seen.toBuilder().setPendingDelete(true).build());
                    return null;
                })
                .toCompletableFuture();
        log.applyNext(store);
        log.applyNext(store);
        assertThat(update).isCompleted();
    }

    @Test
    void aStaleVersionIsRefusedThoughTheNewerOneIsNotConfirmed() throws Exception {
        create("s1");
        log.applyNext(store);
        Service seen = service("s1");
        touch("s1");
        CompletableFuture<?> stale = store.updateAsync(tx -> {
                    tx.update(seen.toBuilder().setPendingDelete(true).build());
                    return null;
                })
                .toCompletableFuture();
        // It may turn out not to be stale.
        assertThat(stale).isNotDone();
        log.applyNext(store);
        assertFailed(stale, "OUT_OF_SEQUENCE");
    }

    @Test
    void aRefusalThatRestsOnAWriteThatFailsIsNone() {
        create("s1");
        CompletableFuture<?> taken = create("s1");
        log.failNext("LOG_UNWRITABLE");
        assertFailed(taken, "LOG_UNWRITABLE");
    }

    @Test
    void aDecisionThatChangesNothingWaitsForWhatItSaw() throws Exception {
        create("s1");
        CompletableFuture<Boolean> seen =
                store.updateAsync(tx -> tx.services().get("s1").isPresent()).toCompletableFuture();
        assertThat(seen).isNotDone();
        log.applyNext(store);
        assertThat(seen).isCompletedWithValue(true);
        assertThat(log.entries).isEmpty();
    }

    @Test
    void aFailureTakesAllLaterOnesWithIt() throws Exception {
        CompletableFuture<Void> first = create("s1");
        CompletableFuture<Void> failing = create("s2");
        CompletableFuture<Long> onIt = touch("s2");
        CompletableFuture<Void> aside = create("s3");

        log.applyNext(store);
        log.failNext("LOG_UNWRITABLE");
        // Nothing new while it is not known what becomes of the rest.
        assertFailed(create("s4"), "LOG_UNWRITABLE");
        log.applyNext(store);
        log.applyNext(store);

        assertThat(first).isCompleted();
        assertFailed(failing, "LOG_UNWRITABLE");
        assertFailed(onIt, "NO_LEADER");
        assertFailed(aside, "NO_LEADER");
        assertThat(store.view().services().all()).extracting(Service::getId).containsExactly("s1");
        assertThat(store.view().index()).isEqualTo(3);

        CompletableFuture<Void> again = create("s2");
        log.applyNext(store);
        assertThat(again).isCompleted();
        assertThat(service("s2").getMeta().getVersion().getIndex()).isEqualTo(4);
    }

    @Test
    void losingTheLeadFailsWhatIsOnItsWayAndDropsItsEffects() throws Exception {
        CompletableFuture<Void> created = create("s1");
        CompletableFuture<Void> refused = create("s1");
        store.unbind(log);
        assertFailed(created, "OUTCOME_UNKNOWN");
        assertFailed(refused, "NO_LEADER");
        assertFailed(create("s2"), "NO_LEADER");

        store.bind(log);
        CompletableFuture<Void> other = create("s3");
        // The old entry made it after all: what was decided without it does not hold any more.
        log.applyNext(store);
        log.applyNext(store);
        assertFailed(other, "NO_LEADER");
        assertThat(store.view().services().all()).extracting(Service::getId).containsExactly("s1");

        CompletableFuture<Void> again = create("s3");
        log.applyNext(store);
        assertThat(again).isCompleted();
    }

    @Test
    void aWriteThatIsAppliedWhileTheLeadIsLostIsNotSaidToBeRefused() throws Exception {
        CompletableFuture<Void> first = create("s1");
        CompletableFuture<Void> second = create("s2");
        first.whenComplete((nothing, failure) -> {
            try {
                log.applyNext(store);
                log.applyNext(store);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        store.unbind(log);
        assertFailed(first, "OUTCOME_UNKNOWN");
        assertThat(store.view().services().all()).hasSize(2);
        // Which of the two is known depends on who comes first.
        assertThat(second).isDone();
        if (second.isCompletedExceptionally()) {
            assertFailed(second, "OUTCOME_UNKNOWN");
        }
    }

    @Test
    void everyManagerComesToTheSameState() throws Exception {
        ReplicatedStore follower = ReplicatedStore.on(Persistence.none(), Clock.systemUTC());
        create("s1");
        touch("s1");
        create("s2");
        log.applyNext(store, follower);
        log.failNext("NO_LEADER");
        log.applyNext(store, follower);
        create("s3");
        log.applyNext(store, follower);
        assertThat(((State) store.view()).changesTo((State) follower.view())).isEmpty();
        assertThat(follower.view().services().size()).isEqualTo(2);

        // And once more from the start, with entries it has seen already.
        ReplicatedStore late = ReplicatedStore.on(Persistence.none(), Clock.systemUTC());
        for (int i = 0; i < log.applied.size(); i++) {
            late.apply(i + 1, log.applied.get(i));
            late.apply(1, log.applied.get(0));
        }
        assertThat(((State) store.view()).changesTo((State) late.view())).isEmpty();
    }

    /** The leader knows most entries already, and another manager reads them: both have to hear and have the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void whatTheLeaderForesawIsWhatOthersRead(long seed) throws Exception {
        ReplicatedStore follower = ReplicatedStore.on(Persistence.none(), Clock.systemUTC());
        List<Change> here = new ArrayList<>();
        List<Change> there = new ArrayList<>();
        store.watch(Set.of(Kind.SERVICE), changes -> here.addAll(changes.changes()));
        follower.watch(Set.of(Kind.SERVICE), changes -> there.addAll(changes.changes()));
        Random random = new Random(seed);
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(16)) {
                case 0 -> log.skip();
                case 1, 2, 3, 4, 5, 6, 7 -> changeAny("s" + random.nextInt(6), random.nextInt(3));
                default -> {
                    if (!log.entries.isEmpty()) {
                        log.applyNext(store, follower);
                    }
                }
            }
            assertThat(((State) store.view()).changesTo((State) follower.view()))
                    .isEmpty();
        }
        assertThat(here).isEqualTo(there).hasSizeGreaterThan(50);
    }

    private void changeAny(String id, int how) {
        store.updateAsync(tx -> {
            if (tx.services().get(id).isEmpty()) {
                tx.create(TransactionTest.service(id, "name-" + id));
            } else if (how == 0) {
                tx.delete(Kind.SERVICE, id);
            } else {
                tx.update(tx.services().get(id).orElseThrow().toBuilder()
                        .setPendingDelete(how == 1)
                        .build());
            }
            return null;
        });
    }

    @Test
    void aSnapshotCarriesEverythingAndIsToldAsChanges() throws Exception {
        create("s1");
        touch("s1");
        log.applyNext(store);
        log.applyNext(store);
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
        store.writeSnapshot(snapshot);

        ReplicatedStore other = ReplicatedStore.on(Persistence.none(), Clock.systemUTC());
        List<Changes> heard = new ArrayList<>();
        other.watch(Set.of(Kind.SERVICE), heard::add);
        other.readSnapshot(new ByteArrayInputStream(snapshot.toByteArray()));
        assertThat(other.view())
                .usingRecursiveComparison()
                .comparingOnlyFields("index", "base", "sequence")
                .isEqualTo(store.view());
        assertThat(heard).hasSize(2);
        assertThat(heard.get(1).changes()).extracting(Change::id).containsExactly("s1");

        other.readSnapshot(InputStream.nullInputStream());
        assertThat(heard.get(2).changes()).allMatch(Change::deleted);

        byte[] cut = snapshot.toByteArray();
        assertThatThrownBy(() -> other.readSnapshot(new ByteArrayInputStream(cut, 0, cut.length / 2)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aWatchThatIsAddedInTheMidstOfWritesSeesEveryOneOnce() throws Exception {
        Thread writer = new Thread(() -> {
            try {
                for (int i = 0; i < 2000; i++) {
                    create("s" + i);
                    log.applyNext(store);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        writer.start();
        for (int round = 0; round < 20; round++) {
            List<Changes> heard = new CopyOnWriteArrayList<>();
            try (Watch watch = store.watch(Set.of(Kind.SERVICE), heard::add)) {
                Thread.onSpinWait();
            }
            int size = heard.get(0).view().services().size();
            for (Changes changes : heard.stream().skip(1).toList()) {
                size++;
                assertThat(changes.changes()).hasSize(1);
                assertThat(changes.view().services().size()).isEqualTo(size);
            }
        }
        writer.join();
        assertThat(store.view().services().size()).isEqualTo(2000);
    }

    @Test
    void aWatchMustNotWaitAndADecisionMustNotDecide() throws Exception {
        List<Throwable> thrown = new ArrayList<>();
        store.watch(Set.of(Kind.CONFIG), changes -> {
            try {
                store.update(tx -> null);
            } catch (IllegalStateException | InterruptedException e) {
                thrown.add(e);
            }
        });
        assertThat(thrown).hasOnlyElementsOfType(IllegalStateException.class).hasSize(1);
        CompletableFuture<?> nested =
                store.updateAsync(tx -> store.updateAsync(inner -> null)).toCompletableFuture();
        assertThatThrownBy(nested::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.update(tx -> {
                    tx.create(Config.getDefaultInstance());
                    return null;
                }))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
