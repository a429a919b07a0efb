package org.skep.shell.commands.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.command.StillRunning;
import org.skep.protocol.Relocation;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.placement.Rebalancer.Move;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class SwarmRebalanceTest {

    private static final String PLAN = """
            TASK   FROM   TO
            web.1  host1  host2
            web.2  host1  host2""";

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();
    private final Service web = Fakes.service("web", 2);
    private final Task first = Fakes.task(web, 1, 1, TaskState.RUNNING);
    private final Task second = Fakes.task(web, 2, 1, TaskState.RUNNING);

    @BeforeEach
    void plan() {
        control.nodes.add(Fakes.node());
        control.nodes.add(Fakes.node("n2", "host2", false));
        control.tasks.addAll(List.of(first, second));
        control.cluster.moves =
                List.of(new Move(first.getId(), Fakes.NODE, "n2"), new Move(second.getId(), Fakes.NODE, "n2"));
    }

    private String run(String... words) {
        return Lines.print(Lines.run(new SwarmRebalance(control), session, words));
    }

    @Test
    void showsWhatWouldMove() {
        assertThat(run("--dry-run")).isEqualTo(PLAN);
        assertThat(control.cluster.rebalanced).isZero();
    }

    @Test
    void letsTasksMoveInTheBackground() {
        assertThat(run("-d", "--max-parallel", "3")).isEqualTo(PLAN);
        assertThat(control.cluster.rebalanced).isEqualTo(3);
    }

    @Test
    void endsOnceAllHaveMoved() {
        control.cluster.whenRebalanced = control.tasks::clear;
        assertThat(run()).isEqualTo(PLAN);
        assertThat(session.warned())
                .contains("overall progress: 2 out of 2 tasks moved")
                .contains("web.1: moved");
    }

    @Test
    void showsWhatIsOnItsWay() {
        Task moving = first.toBuilder()
                .setRelocation(Relocation.newBuilder().setNodeId("n2"))
                .build();
        Task there = Fakes.task(web, 1, 2, TaskState.STARTING).toBuilder()
                .setNodeId("n2")
                .build();
        control.tasks.replaceAll(task -> task == first ? moving : task);
        control.tasks.add(there);
        Thread.currentThread().interrupt();
        assertThatThrownBy(this::run).hasCauseInstanceOf(StillRunning.class);
        assertThat(session.warned())
                .contains("0 out of 2")
                .contains("web.1: moving")
                .contains("web.2: stayed");
    }

    @Test
    void namesWhatStayed() {
        assertThatThrownBy(this::run).hasMessage("2 of 2 tasks stayed where they were: web.1, web.2");
        assertThatThrownBy(() -> run("--max-parallel", "0"))
                .hasMessageContaining("'0' is not a number of tasks: use 1 to");
    }
}
