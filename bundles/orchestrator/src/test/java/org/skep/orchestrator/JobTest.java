package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.seconds;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.store.Kind;

class JobTest {

    private final FakeSwarm swarm = new FakeSwarm().start();

    @BeforeEach
    void aNode() {
        swarm.node("n1");
    }

    private static ServiceSpec.Builder job(int concurrent, int total) {
        return FakeSwarm.spec("job", "v1")
                .setReplicatedJob(
                        ReplicatedJob.newBuilder().setMaxConcurrent(concurrent).setTotalCompletions(total));
    }

    @Test
    void asManyTasksAsAllowedRunAtATimeInSlotsOfTheirOwn() {
        swarm.create(job(2, 5));
        assertThat(swarm.slots(swarm.running("job"))).containsExactly(0L, 1L);
        assertThat(swarm.tasks("job"))
                .allMatch(task -> task.getDesiredState() == TaskState.COMPLETE && task.hasJobIteration());

        complete(0);
        assertThat(swarm.slots(swarm.running("job"))).containsExactly(1L, 2L);
        complete(1);
        complete(2);
        assertThat(swarm.slots(swarm.running("job"))).containsExactly(3L, 4L);
    }

    @ParameterizedTest
    @CsvSource({"4, 0, 0, 10, 4", "4, 1, 3, 10, 4", "4, 0, 8, 10, 2", "4, 2, 8, 10, 2", "2, 0, 5, 5, 0", "3, 1, 6, 5, 1"
    })
    void noMoreTasksThanAreLackingAreMade(int concurrent, int running, int complete, int total, int runningAfterwards) {
        FakeSwarm fresh = new FakeSwarm();
        fresh.node("n1");
        fresh.create(job(concurrent, total));
        for (int slot = 0; slot < running + complete; slot++) {
            store(fresh, slot, slot < complete ? TaskState.COMPLETE : TaskState.RUNNING);
        }
        fresh.start();

        assertThat(fresh.running("job")).hasSize(runningAfterwards);
        assertThat(fresh.slots(fresh.tasks("job"))).doesNotHaveDuplicates();
    }

    private static void store(FakeSwarm swarm, int slot, TaskState state) {
        swarm.store.write(tx -> tx.create(TaskMaker.make(
                        tx.services().get("job").orElseThrow(),
                        new SlotKey(slot, ""),
                        TaskState.COMPLETE,
                        tx,
                        swarm.loops.now())
                .toBuilder()
                .setNodeId("n1")
                .setStatus(TaskStatus.newBuilder().setState(state))
                .build()));
    }

    @Test
    void aJobThatIsDoneStaysSo() {
        swarm.create(job(3, 3));
        complete(0);
        complete(1);
        complete(2);
        swarm.advance(Duration.ofMinutes(1));
        swarm.failOver();
        swarm.advance(Duration.ofMinutes(1));

        assertThat(swarm.tasks("job")).hasSize(3).allMatch(JobTest::isComplete);
    }

    @Test
    void aPlaceWhoseTaskIsGoneIsUsedAgain() {
        swarm.create(job(2, 4));
        Task second = swarm.running("job").get(1);
        swarm.store.write(tx -> tx.delete(Kind.TASK, second.getId()));
        swarm.settle();

        assertThat(swarm.slots(swarm.running("job"))).containsExactly(0L, 1L);
    }

    @Test
    void whatFailsIsTriedAgainInItsPlaceAndTakesPartOfTheRoom() {
        swarm.create(job(2, 4));
        swarm.end(task(0), TaskState.FAILED);
        assertThat(swarm.wanted("job"))
                .filteredOn(task -> task.getSlot() == 0)
                .singleElement()
                .matches(task -> task.getDesiredState() == TaskState.READY);
        assertThat(swarm.slots(swarm.running("job"))).containsExactly(1L);

        swarm.advance(Duration.ofSeconds(2));
        assertThat(task(0)).matches(task -> task.getDesiredState() == TaskState.COMPLETE);
        assertThat(swarm.slots(swarm.running("job"))).containsExactly(0L, 1L);
    }

    @Test
    void whatIsGivenUpIsNotDoneAndLetsOthersGoOn() {
        swarm.create(
                restart(job(1, 2), RestartPolicy.newBuilder().setMaxAttempts(1).setDelay(seconds(1))));
        swarm.end(task(0), TaskState.FAILED);
        swarm.advance(Duration.ofSeconds(2));
        swarm.end(task(0), TaskState.FAILED);
        assertThat(swarm.slots(swarm.running("job"))).containsExactly(1L);

        complete(1);
        swarm.advance(Duration.ofMinutes(1));
        assertThat(swarm.running("job")).isEmpty();
        assertThat(swarm.tasks("job"))
                .hasSize(3)
                .filteredOn(JobTest::isComplete)
                .hasSize(1);
    }

    private static ServiceSpec.Builder restart(ServiceSpec.Builder spec, RestartPolicy.Builder policy) {
        return spec.setTask(spec.getTask().toBuilder().setRestart(policy.setCondition(RestartCondition.ON_FAILURE)));
    }

    @Test
    void anotherIterationBeginsAnew() {
        swarm.create(job(2, 3));
        complete(0);
        swarm.nodesIgnoreStops();
        swarm.runAgain("job");
        assertThat(swarm.wanted("job"))
                .hasSize(2)
                .allMatch(task -> task.getJobIteration().getIndex() == 1);
        assertThat(swarm.tasks("job"))
                .filteredOn(task -> task.getJobIteration().getIndex() == 0)
                .allMatch(TaskStates::leaving);

        swarm.nodesHonourStops();
        swarm.advance(Duration.ofSeconds(1));
        assertThat(swarm.tasks("job")).hasSize(2);
    }

    @Test
    void nothingOfTheCurrentIterationIsForgotten() {
        swarm.create(job(1, 1));
        for (int i = 0; i < 8; i++) {
            swarm.advance(Duration.ofSeconds(11));
            swarm.end(task(0), TaskState.FAILED);
            swarm.advance(Duration.ofSeconds(2));
        }
        assertThat(swarm.tasks("job")).hasSize(9);
    }

    @Test
    void tasksOfLostAndDrainedNodesAreDoneElsewhereAtOnce() {
        swarm.create(job(2, 2));
        complete(0);
        swarm.node("n2");
        swarm.down("n1");

        assertThat(swarm.running("job")).extracting(Task::getNodeId).contains("n2");
        assertThat(swarm.tasks("job")).filteredOn(JobTest::isComplete).hasSize(1);
        swarm.node("n3");
        swarm.drain("n2");
        assertThat(swarm.wanted("job"))
                .filteredOn(task -> !isComplete(task))
                .extracting(Task::getNodeId)
                .containsExactly("n3");
    }

    @Test
    void aRemovedJobIsGone() {
        swarm.create(job(2, 3));
        complete(0);
        swarm.remove("job");
        swarm.advance(Duration.ofSeconds(1));

        assertThat(swarm.tasks("job")).isEmpty();
    }

    private void complete(long slot) {
        swarm.end(task(slot), TaskState.COMPLETE);
    }

    private static boolean isComplete(Task task) {
        return task.getStatus().getState() == TaskState.COMPLETE;
    }

    /** The newest task of a slot. */
    private Task task(long slot) {
        List<Task> tasks = swarm.tasks("job").stream()
                .filter(task -> task.getSlot() == slot)
                .sorted(Comparator.comparing(
                        task -> task.getMeta().getCreatedAt().getSeconds()))
                .toList();
        return tasks.get(tasks.size() - 1);
    }
}
