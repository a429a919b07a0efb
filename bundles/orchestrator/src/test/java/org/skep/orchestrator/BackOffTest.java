package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.orchestrator.FakeSwarm.replicated;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;

class BackOffTest {

    private final FakeSwarm swarm = new FakeSwarm().start();

    @BeforeEach
    void aNode() {
        swarm.node("n1");
    }

    @ParameterizedTest
    @CsvSource({
        "5000, 0, 5000, 5000",
        "5000, 1, 5000, 5000",
        "5000, 2, 8000, 12000",
        "5000, 3, 16000, 24000",
        "5000, 6, 128000, 192000",
        "5000, 7, 256000, 300000",
        "5000, 60, 300000, 300000",
        "1000, 2, 1600, 2400",
        "0, 1, 0, 0",
        "0, 5, 0, 0",
        "0, 6, 800, 1200",
        "0, 7, 1600, 2400",
        "0, 40, 300000, 300000",
        "600000, 9, 600000, 600000"
    })
    void eachFailureDoublesTheWaitWithinBounds(long floor, int failures, long least, long most) {
        for (int i = 0; i < 50; i++) {
            Task task = Task.newBuilder()
                    .setId("task" + i)
                    .setSpec(TaskSpec.newBuilder().setRestart(policy(Duration.ofMillis(floor))))
                    .build();
            assertThat(BackOff.delay(task, failures).toMillis()).isBetween(least, most);
        }
    }

    @Test
    void tasksDoNotKeepStep() {
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waits.add(BackOff.delay(Task.newBuilder().setId("task" + i).build(), 3));
        }
        assertThat(new HashSet<>(waits)).hasSizeGreaterThan(45);
    }

    @Test
    void aLimitWithinAWindowIsStillReached() {
        RestartPolicy.Builder policy = policy(Duration.ofSeconds(1)).setMaxAttempts(4);
        policy.getWindowBuilder().setSeconds(60);
        Task task = Task.newBuilder()
                .setId("task")
                .setSpec(TaskSpec.newBuilder().setRestart(policy))
                .build();

        assertThat(BackOff.delay(task, 10)).isEqualTo(Duration.ofMillis(7500));
    }

    private static RestartPolicy.Builder policy(Duration delay) {
        RestartPolicy.Builder policy = RestartPolicy.newBuilder().setCondition(RestartCondition.ANY);
        policy.getDelayBuilder().setSeconds(delay.getSeconds()).setNanos(delay.getNano());
        return policy;
    }

    private static ServiceSpec.Builder restarting(Duration delay) {
        ServiceSpec.Builder spec = replicated("web", 1);
        spec.getTaskBuilder().setRestart(policy(delay));
        return spec;
    }

    @Test
    void aCrashLoopSlowsDown() {
        swarm.fate("v1", TaskState.FAILED);
        swarm.create(restarting(Duration.ofSeconds(5)));
        swarm.advance(Duration.ofSeconds(4));
        assertThat(newest().getCrashLoop().getFailures()).isEqualTo(1);
        swarm.advance(Duration.ofSeconds(2));
        assertThat(newest().getCrashLoop().getFailures()).isEqualTo(2);
        swarm.advance(Duration.ofMinutes(10));

        assertThat(newest().getCrashLoop().getFailures()).isBetween(6, 8);
        assertThat(wait(newest())).isGreaterThan(Duration.ofSeconds(120));
    }

    private Task newest() {
        List<Task> wanted = swarm.wanted("web");
        return wanted.get(wanted.size() - 1);
    }

    private static Duration wait(Task task) {
        Instant created = Times.instant(task.getMeta().getCreatedAt());
        return Duration.between(created, Times.instant(task.getCrashLoop().getNextTry()));
    }

    @Test
    void aNewLeaderKeepsToTheNextTry() {
        swarm.fate("v1", TaskState.FAILED);
        swarm.create(restarting(Duration.ofSeconds(5)));
        swarm.advance(Duration.ofMinutes(1));
        Task waiting = newest();
        swarm.failOver();
        assertThat(newest()).isEqualTo(waiting);
        Instant next = Times.instant(waiting.getCrashLoop().getNextTry());
        swarm.advance(Duration.between(swarm.loops.now(), next).minusSeconds(1));
        assertThat(newest()).isEqualTo(waiting);
        swarm.advance(Duration.ofSeconds(2));
        assertThat(newest().getId()).isNotEqualTo(waiting.getId());
        assertThat(newest().getCrashLoop().getFailures())
                .isEqualTo(waiting.getCrashLoop().getFailures() + 1);
    }

    @Test
    void whoRanWellForAWhileBeginsAnew() {
        swarm.create(restarting(Duration.ofSeconds(2)));
        failAfter(Duration.ofSeconds(1));
        failAfter(Duration.ofSeconds(1));
        failAfter(Duration.ofSeconds(19));
        assertThat(newest().getCrashLoop().getFailures()).isEqualTo(3);
        failAfter(Duration.ofSeconds(21));

        assertThat(newest().getCrashLoop().getFailures()).isEqualTo(1);
        assertThat(wait(newest())).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    private void failAfter(Duration life) {
        while (swarm.running("web").isEmpty()) {
            swarm.advance(Duration.ofMillis(100));
        }
        swarm.advance(life);
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
    }

    @Test
    void whoWantsRestartsAtOnceGetsTheFirstFewAtOnce() {
        swarm.create(restarting(Duration.ZERO));
        for (int i = 0; i < 5; i++) {
            swarm.end(swarm.running("web").get(0), TaskState.FAILED);
            assertThat(swarm.running("web")).hasSize(1);
        }
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        assertThat(swarm.running("web")).isEmpty();
        swarm.advance(Duration.ofMillis(1300));
        assertThat(swarm.running("web")).hasSize(1);
    }

    @Test
    void whoNeedNotWaitIsStartedByTheSameWrite() {
        swarm.create(restarting(Duration.ZERO));
        Task task = swarm.running("web").get(0);
        long entries = swarm.store.entries();
        swarm.store.write(tx -> tx.update(task.toBuilder()
                .setStatus(task.getStatus().toBuilder().setState(TaskState.FAILED))
                .build()));
        swarm.loops.settle();

        assertThat(newest().getDesiredState()).isEqualTo(TaskState.RUNNING);
        assertThat(swarm.store.entries() - entries).isEqualTo(2);
    }

    @Test
    void whoEndsInGoodOrderIsNoCrashLoop() {
        swarm.create(restarting(Duration.ofSeconds(5)));
        for (int i = 0; i < 6; i++) {
            swarm.end(swarm.running("web").get(0), TaskState.COMPLETE);
            assertThat(newest().getCrashLoop().getFailures()).isZero();
            swarm.advance(Duration.ofMillis(5100));
            assertThat(swarm.running("web")).hasSize(1);
        }
    }

    @Test
    void whoLosesHisNodeIsNotToBlame() {
        swarm.create(restarting(Duration.ofSeconds(5)));
        failAfter(Duration.ofSeconds(1));
        failAfter(Duration.ofSeconds(1));
        swarm.advance(Duration.ofSeconds(15));
        swarm.node("n2");
        swarm.down("n1");

        assertThat(swarm.running("web")).anyMatch(task -> task.getNodeId().equals("n2"));
        assertThat(newest().hasCrashLoop()).isFalse();
    }

    @Test
    void anotherSpecificationBeginsAnew() {
        swarm.fate("v1", TaskState.FAILED);
        swarm.create(restarting(Duration.ofSeconds(5)));
        swarm.advance(Duration.ofMinutes(2));
        swarm.image("web", "v2");

        assertThat(swarm.images("web")).containsExactly("v2");
        swarm.end(swarm.running("web").get(0), TaskState.FAILED);
        assertThat(newest().getCrashLoop().getFailures()).isEqualTo(1);
    }
}
