package org.skep.shell.commands.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.control.ServiceChanges.Snapshot;
import org.skep.protocol.GlobalJob;
import org.skep.protocol.JobStatus;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Version;
import org.skep.shell.commands.testing.Fakes;

class JobProgressTest {

    private final Service job = job(ReplicatedJob.newBuilder()
            .setTotalCompletions(3)
            .setMaxConcurrent(2)
            .build());
    private final ServiceProgress progress = new ServiceProgress(false);

    private static Service job(ReplicatedJob mode) {
        Service.Builder service = Fakes.service("job", 1).toBuilder();
        service.getSpecBuilder().setReplicatedJob(mode);
        return service.setJobStatus(JobStatus.newBuilder().setJobIteration(iteration(2)))
                .build();
    }

    private static Version iteration(long index) {
        return Version.newBuilder().setIndex(index).build();
    }

    private Task task(long slot, int generation, long iteration, TaskState state) {
        return Fakes.task(job, slot, generation, state).toBuilder()
                .setJobIteration(iteration(iteration))
                .setDesiredState(TaskState.COMPLETE)
                .build();
    }

    private ServiceProgress.Standing observe(Service service, Task... tasks) {
        return progress.observe(new Snapshot(service, List.of(tasks), List.of(Fakes.node())), Fakes.NOW);
    }

    @Test
    void countsWhatHasCompletedInThisRun() {
        ServiceProgress.Standing standing = observe(
                job,
                task(1, 1, 1, TaskState.COMPLETE),
                task(1, 2, 2, TaskState.COMPLETE),
                task(2, 2, 2, TaskState.RUNNING));
        assertThat(standing.finished()).isFalse();
        assertThat(standing.lines())
                .extracting(Line::plain)
                .containsExactly(
                        "job progress: 1 out of 3 complete",
                        "active tasks: 1 out of 2 tasks",
                        "1/3: complete",
                        "2/3: running",
                        "");
    }

    @Test
    void isDoneOnceAllHaveCompleted() {
        ServiceProgress.Standing standing = observe(
                job,
                task(1, 2, 2, TaskState.COMPLETE),
                task(2, 2, 2, TaskState.COMPLETE),
                task(3, 2, 2, TaskState.COMPLETE));
        assertThat(standing.finished()).isTrue();
        assertThat(standing.failure()).isEmpty();
        assertThat(standing.lines()).extracting(Line::plain).contains("job complete");
    }

    @Test
    void doesNotTakeWhatCompletesForAFailure() {
        for (int i = 0; i < 5; i++) {
            assertThat(observe(job, task(1, 1, 2, TaskState.COMPLETE)).failure())
                    .isEmpty();
        }
        assertThat(observe(
                                job,
                                task(1, 1, 2, TaskState.FAILED),
                                task(1, 2, 2, TaskState.FAILED),
                                task(1, 3, 2, TaskState.FAILED))
                        .recheck())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void countsNodesOfAGlobalJob() {
        Service.Builder global = job.toBuilder();
        global.getSpecBuilder().setGlobalJob(GlobalJob.getDefaultInstance());
        assertThat(observe(global.build()).lines())
                .extracting(Line::plain)
                .containsExactly("overall progress: waiting for new tasks");
        assertThat(observe(global.build(), task(0, 1, 2, TaskState.COMPLETE)).finished())
                .isTrue();
    }

    @Test
    void slotZeroIsASlotWhateverNodesItsTasksWereOn() {
        Task elsewhere =
                task(0, 1, 2, TaskState.FAILED).toBuilder().setNodeId("gone").build();
        ServiceProgress.Standing standing = observe(job, elsewhere, task(0, 2, 2, TaskState.COMPLETE));
        assertThat(standing.lines())
                .extracting(Line::plain)
                .contains("1/3: complete")
                .doesNotContain("2/3: failed");
    }
}
