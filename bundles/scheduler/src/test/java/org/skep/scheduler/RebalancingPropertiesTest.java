package org.skep.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.placement.Rebalancer.Move;

/** What holds of every plan, whatever has happened in the swarm before. */
class RebalancingPropertiesTest {

    /** Each task is moved once in a plan, so that another plan may find a still better place for it; but not for ever. */
    @Property(tries = 300)
    void everyMoveKeepsTheRulesAndThereIsAnEndToThem(
            @ForAll @Size(max = 60) List<@IntRange(max = 9999) Integer> script) {
        RandomSwarm swarm = new RandomSwarm();
        for (int action : script) {
            swarm.act(action);
            swarm.loops.settle();
        }
        swarm.start();
        int plans = 0;
        for (List<Move> moves = plan(swarm); !moves.isEmpty(); moves = plan(swarm)) {
            assertThat(plans++).isLessThan(5);
            assertThat(moves.stream().map(Move::taskId).collect(Collectors.toSet()))
                    .hasSameSizeAs(moves);
            moves.forEach(move -> make(move, swarm));
        }
    }

    private static void make(Move move, RandomSwarm swarm) {
        Task task = swarm.view().tasks().get(move.taskId()).orElseThrow();
        Node target = swarm.view().nodes().get(move.toNode()).orElseThrow();
        assertThat(task.getNodeId()).isEqualTo(move.fromNode());
        assertThat(new Rules(swarm.view()).allow(task.toBuilder().clearNodeId().build(), target))
                .isTrue();
        swarm.move(task, target);
    }

    @Property(tries = 100)
    void aServiceOnOneNodeIsSpreadInTheFewestMoves(
            @ForAll @IntRange(min = 1, max = 10) int nodes, @ForAll @IntRange(max = 40) int tasks) {
        RandomSwarm swarm = new RandomSwarm();
        swarm.act(0);
        swarm.store.write(tx -> {
            for (int i = 0; i < tasks; i++) {
                tx.create(SwarmFixture.pendingTask("s0", "t" + i)
                        .setSlot(i + 1)
                        .setNodeId("n0")
                        .build());
            }
        });
        swarm.loops.settle();
        swarm.start();
        for (int i = 1; i < nodes; i++) {
            swarm.join("m" + i);
        }

        int stay = (tasks + nodes - 1) / nodes;
        assertThat(plan(swarm)).hasSize(tasks - stay);
    }

    private static List<Move> plan(RandomSwarm swarm) {
        Rehearsal rehearsal = new Rehearsal(swarm.view(), swarm.loops.now());
        new Rebalancing(rehearsal, new Strategies()).run();
        return rehearsal.moves();
    }
}
