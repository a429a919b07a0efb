package org.skep.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.skep.api.scheduling.NodeLoad;
import org.skep.api.scheduling.PlacementStrategy;
import org.skep.protocol.TaskState;

class StrategiesTest extends SwarmFixture {

    /** To the node whose name comes last. */
    private static final class LastName implements PlacementStrategy {
        @Override
        public double rank(NodeLoad node) {
            return -node.nodeId().charAt(1);
        }

        @Override
        public boolean spreadsServices() {
            return false;
        }
    }

    @Test
    void binpackFillsOneNodeAfterTheOther() {
        node("n1", resources(4, 100));
        node("n2", resources(4, 100));
        node("n3", resources(4, 100));
        tasks("load", 1, task -> task.setNodeId("n2").setSlot(0));
        tasks("web", 5, both(reserving(1, 10), strategy("binpack")));

        assertThat(counts("web", "n1", "n2", "n3")).containsExactly(1L, 4L, 0L);
    }

    @Test
    void binpackPrefersTheLargestReservedShare() {
        node("small", resources(2, 100));
        node("large", resources(8, 100));
        tasks("load", 2, both(reserving(1, 0), task -> task.setNodeId("large").setSlot(0)));
        tasks("half", 1, both(reserving(1, 0), task -> task.setNodeId("small").setSlot(0)));
        tasks("web", 1, both(reserving(1, 0), strategy("binpack")));

        assertThat(counts("web", "small", "large")).containsExactly(1L, 0L);
    }

    @Test
    void binpackCountsMemoryAsWell() {
        node("n1", resources(4, 100));
        node("n2", resources(4, 100));
        tasks("load", 1, both(reserving(0, 80), task -> task.setNodeId("n2").setSlot(0)));
        tasks("web", 2, both(reserving(1, 10), strategy("binpack")));

        assertThat(counts("web", "n1", "n2")).containsExactly(0L, 2L);
    }

    @Test
    void binpackKeepsToPreferences() {
        node("n1", labelled("zone", "a"));
        node("n2", labelled("zone", "b"));
        node("n3", labelled("zone", "b"));
        tasks("web", 6, task -> spreadOver("node.labels.zone")
                .apply(task)
                .setSpec(task.getSpecBuilder()
                        .setPlacement(
                                task.getSpecBuilder().getPlacementBuilder().setStrategy("binpack"))));

        assertThat(counts("web", "n1", "n2", "n3")).containsExactly(3L, 3L, 0L);
    }

    @Test
    void aServiceWaitsForItsStrategy() {
        node("n1");
        node("n2");
        String id = task("web", strategy("last"));
        assertThat(status(id).getState()).isEqualTo(TaskState.PENDING);
        assertThat(status(id).getErr()).isEqualTo("placement strategy last is not installed");

        LastName last = new LastName();
        scheduler.addStrategy(last, Map.of(PlacementStrategy.PROPERTY, "last"));
        loops.settle();
        assertThat(find(id).getNodeId()).isEqualTo("n2");

        scheduler.removeStrategy(last, Map.of(PlacementStrategy.PROPERTY, "last"));
        String next = task("web", strategy("last"));
        assertThat(status(next).getErr()).isEqualTo("placement strategy last is not installed");
        assertThat(find(id).getNodeId()).isEqualTo("n2");
    }

    @Test
    void aNewStrategyOfANameIsAskedInsteadOfTheOldOne() {
        node("n1");
        node("n2");
        PlacementStrategy old = new LastName();
        scheduler.addStrategy(old, Map.of(PlacementStrategy.PROPERTY, "mine"));
        loops.settle();
        assertThat(find(task("web", strategy("mine"))).getNodeId()).isEqualTo("n2");

        scheduler.removeStrategy(old, Map.of(PlacementStrategy.PROPERTY, "mine"));
        scheduler.addStrategy(node -> node.nodeId().charAt(1), Map.of(PlacementStrategy.PROPERTY, "mine"));
        loops.settle();
        assertThat(find(task("web", strategy("mine"))).getNodeId()).isEqualTo("n1");
    }

    @Test
    void aStrategyThatFailsHoldsUpItsOwnServicesOnly() {
        node("n1");
        scheduler.addStrategy(
                node -> {
                    throw new IllegalStateException("no idea");
                },
                Map.of(PlacementStrategy.PROPERTY, "broken"));
        scheduler.addStrategy(node -> Double.NaN, Map.of(PlacementStrategy.PROPERTY, "vague"));
        loops.settle();

        assertThat(status(task("web", strategy("broken"))).getErr())
                .isEqualTo("placement strategy broken failed: no idea");
        assertThat(status(task("fog", strategy("vague"))).getErr())
                .isEqualTo("placement strategy vague failed: its rank of node n1 is not a number");
        assertThat(status(task("other", task -> task)).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void aStrategyThatFailsLaterDoesSoOnItsOwnAccountToo() {
        node("n1");
        node("n2");
        scheduler.addStrategy(
                node -> {
                    if (node.activeTasks() > 1) {
                        throw new IllegalStateException("too many");
                    }
                    return 0;
                },
                Map.of(PlacementStrategy.PROPERTY, "brittle"));
        loops.settle();
        tasks("web", 2, strategy("brittle"));
        tasks("other", 4, task -> task);

        assertThat(counts("other", "n1", "n2")).containsExactly(2L, 2L);
        assertThat(status(task("web", strategy("brittle"))).getErr())
                .isEqualTo("placement strategy brittle failed: too many");
    }

    @Test
    void strategiesSeeWhatNodesHave() {
        node("n1", both(both(resources(2, 100), labelled("cost", "7")), node -> {
            node.getDescriptionBuilder().setHostname("alpha");
            return node;
        }));
        StringBuilder seen = new StringBuilder();
        scheduler.addStrategy(
                node -> {
                    seen.setLength(0);
                    seen.append(node.hostname())
                            .append(node.labels())
                            .append(node.activeTasks())
                            .append(' ')
                            .append(node.nanoCpus() - node.reservedNanoCpus())
                            .append(' ')
                            .append(node.memoryBytes() - node.reservedMemoryBytes());
                    return 0;
                },
                Map.of(PlacementStrategy.PROPERTY, "seeing"));
        loops.settle();
        task("web", strategy("seeing"));
        task("load", reserving(1, 60));

        assertThat(seen).hasToString("alpha{cost=7}2 1000000000 40");
    }
}
