package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.control.ServiceChanges.Snapshot;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.UpdateStatus;
import org.skep.protocol.UpdateStatus.UpdateState;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class ServiceWaitTest {

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();
    private final Service web = Fakes.service("web", 2);
    private Instant now = Fakes.NOW;

    private Snapshot with(Service service, Task... tasks) {
        return new Snapshot(service, List.of(tasks), List.of(Fakes.node()));
    }

    private Task task(long slot, TaskState state) {
        return Fakes.task(web, slot, 1, state);
    }

    private Service updating(UpdateState state, String message) {
        return web.toBuilder()
                .setUpdateStatus(UpdateStatus.newBuilder().setState(state).setMessage(message))
                .build();
    }

    /** Time passes with each snapshot, and when none is left. */
    private void await(List<Snapshot> snapshots, String... words) {
        control.services.add(web);
        control.following(() -> now = now.plusSeconds(10), snapshots);
        String[] line = Arrays.copyOf(words, words.length + 1);
        line[words.length] = "web";
        Lines.run(new ServiceWait(control, () -> now), session, line);
    }

    @Test
    void untilAllTasksRun() {
        await(List.of(
                with(web, task(1, TaskState.RUNNING)),
                with(web, task(1, TaskState.RUNNING), task(2, TaskState.STARTING)),
                with(web, task(1, TaskState.RUNNING), task(2, TaskState.RUNNING))));
        assertThat(now).isEqualTo(Fakes.NOW.plusSeconds(20));
    }

    @Test
    void untilTheUpdateIsThroughToo() {
        Task[] tasks = {task(1, TaskState.RUNNING), task(2, TaskState.RUNNING)};
        await(List.of(
                with(updating(UpdateState.UPDATING, ""), tasks), with(updating(UpdateState.COMPLETED, ""), tasks)));
        assertThat(now).isEqualTo(Fakes.NOW.plusSeconds(10));
    }

    @Test
    void endsWithTheReasonWhenTimeIsUp() {
        Task waiting = Fakes.failed(task(2, TaskState.PENDING), "no suitable node");
        assertThatThrownBy(() -> await(
                        List.of(with(web, task(1, TaskState.RUNNING), waiting)),
                        "--for",
                        "converged",
                        "--timeout",
                        "30s"))
                .hasMessage(
                        "service web has not converged after 30s: 1 of 2 tasks run; web.2 is pending (no suitable node)");
        assertThat(now).isEqualTo(Fakes.NOW.plusSeconds(30));
    }

    @Test
    void endsAtOnceWhenOnlyAnOperatorCanHelp() {
        assertThatThrownBy(() -> await(
                        List.of(with(
                                updating(UpdateState.PAUSED, "update paused due to failure of task x"),
                                task(1, TaskState.RUNNING))),
                        "--for",
                        "updated"))
                .hasMessage("service web: update paused due to failure of task x");
        assertThat(now).isEqualTo(Fakes.NOW);
    }

    @Test
    void anUpdateIsThroughWhateverItsTasksDo() {
        await(List.of(with(web, task(1, TaskState.FAILED))), "--for", "updated");
    }

    @Test
    void forNothingWhereTheServiceIsGone() {
        Lines.run(new ServiceWait(control, () -> now), session, "web", "--for", "removed");
        assertThatThrownBy(() -> Lines.run(new ServiceWait(control, () -> now), session, "web"))
                .hasMessageContaining("no such service: web");
    }

    @Test
    void saysWhatIsStillThere() {
        control.tasks.add(task(1, TaskState.RUNNING));
        assertThatThrownBy(() -> await(List.of(), "--for", "removed", "--timeout", "0"))
                .hasMessage("service web has not been removed after 0s: nobody has removed it");
    }
}
