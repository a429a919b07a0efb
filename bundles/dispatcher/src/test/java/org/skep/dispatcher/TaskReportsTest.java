package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.SkepException;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;

/** What nodes report of their tasks. */
class TaskReportsTest extends LocalNodes {

    @Test
    void statusesAreStoredWithTheLeadersStamp() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.report("t1", TaskState.RUNNING);
        loops.settle();

        TaskStatus status = find("t1").getStatus();
        assertThat(status.getState()).isEqualTo(TaskState.RUNNING);
        assertThat(status.getAppliedBy()).isEqualTo("n1");
        assertThat(status.getAppliedAt().getSeconds()).isEqualTo(loops.now().getEpochSecond());
    }

    @Test
    void sinceWhenATaskRunsIsKeptWhenItEnds() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.report("t1", TaskState.RUNNING);
        loops.settle();
        Instant since = loops.now();
        loops.advance(Duration.ofSeconds(30));
        worker.report("t1", TaskState.FAILED);
        loops.settle();

        TaskStatus status = find("t1").getStatus();
        assertThat(Times.instant(status.getRunningSince())).isEqualTo(since);
        assertThat(Times.instant(status.getAppliedAt())).isEqualTo(loops.now());
    }

    @Test
    void statusesNeverGoBackAndRepetitionsAreNotWritten() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.report("t1", TaskState.RUNNING);
        loops.settle();
        long entries = store.entries();
        worker.report("t1", TaskState.PREPARING);
        worker.report("t1", TaskState.RUNNING);
        worker.report("unknown", TaskState.RUNNING);
        loops.settle();

        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.RUNNING);
        assertThat(store.entries()).isEqualTo(entries);
    }

    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 0",
        "-9223372036854775808, 0",
        "253402300799, 0",
        "-1, 0",
        "1767225600, -1",
        "1767225600, 1000000000"
    })
    void timesThatCannotBeBecomeNow(long seconds, int nanos) {
        reportStatus(state(TaskState.RUNNING).toBuilder()
                .setTimestamp(Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos))
                .build());

        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.RUNNING);
        assertThat(Times.instant(find("t1").getStatus().getTimestamp())).isEqualTo(loops.now());
    }

    @Test
    void timesThatCanBeAreKept() {
        Instant told = loops.now().plus(Duration.ofHours(3));
        reportStatus(state(TaskState.RUNNING).toBuilder()
                .setTimestamp(Times.timestamp(told))
                .build());

        assertThat(Times.instant(find("t1").getStatus().getTimestamp())).isEqualTo(told);
    }

    @Test
    void longTextsAreCutBetweenCharacters() {
        reportStatus(state(TaskState.FAILED).toBuilder()
                .setMessage("m".repeat(SoundStatus.LONGEST_TEXT + 1))
                .setErr("e".repeat(SoundStatus.LONGEST_TEXT - 1) + "\uD83D\uDC1D")
                .build());

        assertThat(find("t1").getStatus().getMessage()).isEqualTo("m".repeat(SoundStatus.LONGEST_TEXT));
        assertThat(find("t1").getStatus().getErr()).isEqualTo("e".repeat(SoundStatus.LONGEST_TEXT - 1));
    }

    @Test
    void unknownStatesArePassedOverAndHarmNoOne() {
        FakeWorker worker = worker("n1");
        FakeWorker other = worker("n2");
        create("t1", "n1", task -> task);
        create("t2", "n1", task -> task);
        create("theirs", "n2", task -> task);
        CompletableFuture<Void> stored = worker.session
                .updateTaskStatus(List.of(
                        TaskStatusUpdate.newBuilder()
                                .setTaskId("t1")
                                .setStatus(TaskStatus.newBuilder().setStateValue(4711))
                                .build(),
                        FakeWorker.update("t2", TaskState.RUNNING)))
                .toCompletableFuture();
        other.report("theirs", TaskState.RUNNING);
        loops.settle();

        assertThat(stored).isCompleted();
        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.ASSIGNED);
        assertThat(find("t2").getStatus().getState()).isEqualTo(TaskState.RUNNING);
        assertThat(find("theirs").getStatus().getState()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void reportsOnOtherNodesTasksAreRefusedAsAWhole() {
        FakeWorker worker = worker("n1");
        create("mine", "n1", task -> task);
        create("theirs", "n2", task -> task);
        CompletableFuture<Void> stored = worker.session
                .updateTaskStatus(List.of(
                        FakeWorker.update("mine", TaskState.RUNNING), FakeWorker.update("theirs", TaskState.RUNNING)))
                .toCompletableFuture();
        loops.settle();

        assertThatThrownBy(stored::join).hasCauseInstanceOf(SkepException.class);
        assertThat(find("mine").getStatus().getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void aTaskThatWentBackToNobodyIsUnknownToItsNode() {
        FakeWorker worker = worker("n1");
        create("lost", "", task -> task.setStatus(state(TaskState.PENDING)));
        create("mine", "n1", task -> task);
        CompletableFuture<Void> stored = worker.session
                .updateTaskStatus(List.of(
                        FakeWorker.update("lost", TaskState.RUNNING), FakeWorker.update("mine", TaskState.RUNNING)))
                .toCompletableFuture();
        loops.settle();

        assertThat(stored).isCompleted();
        assertThat(find("lost").getStatus().getState()).isEqualTo(TaskState.PENDING);
        assertThat(find("mine").getStatus().getState()).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void reportsThatCannotBeStoredFail() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        store.failWrites(SkepException.resource("LOG_UNWRITABLE", "the disk is full", "", null));
        var stored = worker.session.updateTaskStatus(List.of(FakeWorker.update("t1", TaskState.RUNNING)));
        loops.settle();
        assertThatThrownBy(() -> stored.toCompletableFuture().join()).hasMessageContaining("disk is full");

        store.failWrites(null);
        worker.report("t1", TaskState.RUNNING);
        loops.settle();
        assertThat(find("t1").getStatus().getState()).isEqualTo(TaskState.RUNNING);
    }

    private void reportStatus(TaskStatus status) {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.session.updateTaskStatus(List.of(
                TaskStatusUpdate.newBuilder().setTaskId("t1").setStatus(status).build()));
        loops.settle();
    }
}
