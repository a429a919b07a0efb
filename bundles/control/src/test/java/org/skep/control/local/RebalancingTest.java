package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;
import static org.skep.control.local.Manager.task;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Relocation;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.placement.Rebalancer.Move;

class RebalancingTest {

    private final Manager manager = Manager.leading();
    private final Rebalancing rebalancing = new Rebalancing(manager.access);

    private Task stored(String id) {
        return manager.store.view().tasks().get(id).orElseThrow();
    }

    @Test
    void marksTheTasksThatAreToMove() {
        manager.givenTask(task("a", "s", "web", 1, TaskState.RUNNING));
        manager.givenTask(task("b", "s", "web", 2, TaskState.FAILED));
        List<Move> plan = List.of(new Move("a", "n1", "n2"), new Move("b", "n1", "n3"), new Move("gone", "n1", "n2"));
        rebalancing.bind(() -> plan);

        assertThat(rebalancing.start(false, 3)).isEqualTo(plan);

        assertThat(stored("a").getRelocation())
                .isEqualTo(Relocation.newBuilder()
                        .setNodeId("n2")
                        .setMaxParallel(3)
                        .build());
        assertThat(stored("b").hasRelocation()).isFalse();
    }

    @Test
    void onlyTellsWhatWouldMove() {
        manager.givenTask(task("a", "s", "web", 1, TaskState.RUNNING));
        rebalancing.bind(() -> List.of(new Move("a", "n1", "n2")));

        assertThat(rebalancing.start(true, 1)).hasSize(1);

        assertThat(stored("a").hasRelocation()).isFalse();
    }

    @Test
    void movesAllBeforeItBeginsAgain() {
        manager.givenTask(task("a", "s", "web", 1, TaskState.RUNNING)
                .setRelocation(Relocation.newBuilder().setNodeId("n2")));
        rebalancing.bind(List::of);

        assertRefused("REBALANCING", "1 tasks of an earlier rebalancing", () -> rebalancing.start(false, 1));
    }

    @Test
    void needsTheScheduler() {
        assertRefused("NO_SCHEDULER", "scheduler", () -> rebalancing.start(true, 1));
        assertRefused("INVALID_ARGUMENT", "at least 1", () -> rebalancing.start(true, 0));
    }
}
