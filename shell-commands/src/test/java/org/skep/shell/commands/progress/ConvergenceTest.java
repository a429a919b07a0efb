package org.skep.shell.commands.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.command.StillRunning;
import org.skep.control.ServiceChanges.Follower;
import org.skep.control.ServiceChanges.Snapshot;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.UpdateStatus;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;

class ConvergenceTest {

    private final FakeSession session = new FakeSession();
    private final Service web = Fakes.service("web", 2);
    private final List<Snapshot> snapshots = new ArrayList<>();
    private Instant now = Fakes.NOW;
    private Duration limit = Duration.ofMinutes(5);

    /** The next snapshot, if there is one, else time passes as long as was asked for. */
    private Follower follower(String id) {
        return new Follower() {
            @Override
            public Snapshot next(Duration timeout) throws InterruptedException {
                if (!snapshots.isEmpty()) {
                    now = now.plusMillis(100);
                    return snapshots.remove(0);
                }
                now = now.plus(timeout);
                if (Duration.between(Fakes.NOW, now).compareTo(limit) > 0) {
                    throw new InterruptedException();
                }
                return null;
            }

            @Override
            public void close() {}
        };
    }

    private ConvergenceTest then(Service service, Task... tasks) {
        snapshots.add(new Snapshot(service, List.of(tasks), List.of(Fakes.node())));
        return this;
    }

    private void await(Convergence.Kind kind, boolean quiet) throws InterruptedException {
        InstantSource clock = () -> now;
        new Convergence(this::follower, clock, session).await(web, kind, quiet);
    }

    private void await() throws InterruptedException {
        await(Convergence.Kind.CHANGE, false);
    }

    private Task task(long slot, TaskState state) {
        return Fakes.task(web, slot, 1, state);
    }

    @Test
    void printsEachChangeOnceAwayFromATerminal() throws InterruptedException {
        then(web)
                .then(web, task(1, TaskState.NEW), task(2, TaskState.NEW))
                .then(web, task(1, TaskState.PREPARING), task(2, TaskState.RUNNING))
                .then(web, task(1, TaskState.RUNNING), task(2, TaskState.RUNNING))
                .await();
        assertThat(session.warned()).isEqualTo("""
                        overall progress: 0 out of 2 tasks
                        1/2: new
                        2/2: new
                        overall progress: 1 out of 2 tasks
                        1/2: preparing
                        2/2: running
                        overall progress: 2 out of 2 tasks
                        1/2: running
                        verify: Waiting 5 seconds to verify that tasks are stable...
                        verify: Service webservice000000000000000 converged
                        """);
        assertThat(session.printed()).isEmpty();
        assertThat(Duration.between(Fakes.NOW, now)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void redrawsBarsOnATerminal() throws InterruptedException {
        session.screen(80, 24);
        then(web, task(1, TaskState.STARTING))
                .then(web, task(1, TaskState.RUNNING), task(2, TaskState.RUNNING))
                .await();
        String[] frames = session.printed()
                .replace("\r\u001b[2K", "")
                .replace("\u001b[J", "")
                .split("\u001b\\[\\dA");
        assertThat(frames[0]).isEqualTo("""
                        overall progress: 0 out of 2 tasks
                        1/2: starting  [===========================================>       ]
                        2/2: \n\
                        """);
        assertThat(frames[1]).isEqualTo("""
                        overall progress: 2 out of 2 tasks
                        1/2: running   [==================================================>]
                        2/2: running   [==================================================>]
                        verify: Waiting 5 seconds to verify that tasks are stable...
                        """);
        assertThat(frames[2]).contains("verify: Waiting 4 seconds");
        assertThat(frames[frames.length - 1]).contains("verify: Service webservice000000000000000 converged");
        assertThat(session.printed()).contains("\u001b[4A");
    }

    @Test
    void staysWithinASmallScreen() throws InterruptedException {
        session.screen(20, 3);
        then(web, task(1, TaskState.RUNNING), task(2, TaskState.RUNNING)).await();
        assertThat(session.printed().lines().map(line -> line.replaceAll("\u001b\\[\\d*[A-Z]|\r", "")))
                .allMatch(line -> line.length() < 20);
        assertThat(session.printed()).doesNotContain("\u001b[3A");
    }

    @Test
    void showsOnlyTheCountOfManyTasks() throws InterruptedException {
        Service big = Fakes.service("web", 21);
        Task[] tasks = new Task[21];
        Arrays.setAll(tasks, i -> Fakes.task(big, i + 1, 1, TaskState.RUNNING));
        then(big, tasks).await();
        assertThat(session.warned())
                .contains("overall progress: 21 out of 21 tasks")
                .doesNotContain("1/21");
    }

    @Test
    void saysNothingWhenQuiet() throws InterruptedException {
        then(web, task(1, TaskState.RUNNING), task(2, TaskState.RUNNING)).await(Convergence.Kind.CHANGE, true);
        assertThat(session.printed() + session.warned()).isEmpty();
    }

    @Test
    void countsNodesOfAGlobalService() throws InterruptedException {
        Service global = web.toBuilder()
                .setSpec(web.getSpec().toBuilder().setGlobal(org.skep.protocol.GlobalService.getDefaultInstance()))
                .build();
        then(global).then(global, Fakes.task(global, 0, 1, TaskState.RUNNING)).await();
        assertThat(session.warned()).startsWith("""
                        overall progress: waiting for new tasks
                        overall progress: 1 out of 1 tasks
                        node1aaaaaaa: running
                        """);
    }

    @Test
    void ignoresTasksOfAnOlderSpecification() throws InterruptedException {
        Service updated = web.toBuilder()
                .setSpec(Fakes.spec("web", 1).toBuilder()
                        .setTask(web.getSpec().getTask().toBuilder().setForceUpdate(1)))
                .build();
        then(updated, task(1, TaskState.RUNNING))
                .then(updated, task(1, TaskState.SHUTDOWN), Fakes.task(updated, 1, 2, TaskState.RUNNING))
                .await();
        assertThat(session.warned())
                .startsWith("overall progress: 0 out of 1 tasks\noverall progress: 1 out of 1 tasks");
    }

    @Test
    void startsOverWhenATaskFailsDuringVerification() throws InterruptedException {
        Service one = Fakes.service("web", 1);
        Task replacement = Fakes.task(one, 1, 2, TaskState.RUNNING);
        then(one, Fakes.task(one, 1, 1, TaskState.RUNNING))
                .then(one, Fakes.task(one, 1, 1, TaskState.FAILED), Fakes.task(one, 1, 2, TaskState.STARTING))
                .then(one, Fakes.task(one, 1, 1, TaskState.FAILED), replacement)
                .await();
        assertThat(session.warned()).contains("verify: Detected task failure").endsWith("converged\n");
    }

    private void failsWith(String reason) {
        assertThatThrownBy(this::await)
                .isInstanceOfSatisfying(
                        SkepException.class, e -> assertThat(e.code()).isEqualTo("NOT_CONVERGED"))
                .hasMessage("service web did not converge: " + reason);
    }

    @Test
    void givesUpOnTasksThatFailAgainAndAgain() {
        Service one = Fakes.service("web", 1);
        Task[] tries = new Task[4];
        Arrays.setAll(tries, i -> Fakes.failed(Fakes.task(one, 1, i + 1, TaskState.REJECTED), "no such image: nope:1"));
        then(one)
                .then(one, tries[0], Fakes.task(one, 1, 2, TaskState.READY))
                .then(one, tries[0], tries[1], Fakes.task(one, 1, 3, TaskState.READY))
                .then(one, tries[0], tries[1], tries[2], Fakes.task(one, 1, 4, TaskState.READY))
                .failsWith("task web.1 has been rejected (no such image: nope:1), as did 2 before it");
        assertThat(session.warned()).contains("1/1: ");
    }

    @Test
    void givesUpOnATaskThatIsNotRestarted() {
        Service one = Fakes.service("web", 1);
        Service.Builder never = one.toBuilder();
        never.getSpecBuilder().getTaskBuilder().getRestartBuilder().setCondition(RestartPolicy.RestartCondition.NONE);
        Service once = never.build();
        Task failed = Fakes.failed(Fakes.task(once, 1, 1, TaskState.FAILED), "task: non-zero exit (3)");
        String reason = "task web.1 has failed (task: non-zero exit (3)) and is not restarted";
        then(once).then(once, failed).failsWith(reason);
        assertThat(Duration.between(Fakes.NOW, now)).isLessThan(Duration.ofSeconds(4));

        // One that may be restarted gets its delay first.
        now = Fakes.NOW;
        then(one)
                .then(one, Fakes.failed(Fakes.task(one, 1, 1, TaskState.FAILED), "task: non-zero exit (3)"))
                .failsWith(reason);
        assertThat(Duration.between(Fakes.NOW, now)).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(9));
    }

    @Test
    void leavesStoppedTasksOut() throws InterruptedException {
        then(web, task(1, TaskState.SHUTDOWN), task(2, TaskState.RUNNING))
                .then(
                        web,
                        task(1, TaskState.SHUTDOWN),
                        task(2, TaskState.RUNNING),
                        Fakes.task(web, 1, 2, TaskState.RUNNING))
                .await();
        assertThat(session.warned()).doesNotContain("shutdown").endsWith("converged\n");
    }

    @Test
    void givesUpOnATaskThatFindsNoNode() {
        Service one = Fakes.service("web", 1);
        String error = "no suitable node (insufficient resources on 1 node)";
        then(one)
                .then(one, Fakes.failed(Fakes.task(one, 1, 1, TaskState.PENDING), error))
                .failsWith("task web.1 waits: " + error);
        assertThat(Duration.between(Fakes.NOW, now)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(12));
    }

    @Test
    void waitsOnWhenTheReasonGoesAway() throws InterruptedException {
        Service one = Fakes.service("web", 1);
        then(one, Fakes.failed(Fakes.task(one, 1, 1, TaskState.PENDING), "no suitable node"))
                .then(one, Fakes.task(one, 1, 1, TaskState.RUNNING))
                .await();
        assertThat(session.warned()).contains("1/1: no suitable node\n").endsWith("converged\n");
    }

    @Test
    void givesUpWhenTheUpdateIsPaused() {
        Task failed = Fakes.failed(task(2, TaskState.FAILED), "task: non-zero exit (7)");
        String message = "update paused due to failure or early termination of task " + failed.getId();
        Service paused = web.toBuilder()
                .setUpdateStatus(UpdateStatus.newBuilder()
                        .setState(UpdateStatus.UpdateState.PAUSED)
                        .setMessage(message))
                .build();
        then(paused, task(1, TaskState.RUNNING), failed)
                .failsWith(message + ": task web.2 has failed (task: non-zero exit (7))");
        then(paused, task(1, TaskState.RUNNING)).failsWith(message);
    }

    @Test
    void tellsAnUnwantedRollbackFromTheOneAskedFor() throws InterruptedException {
        Service rolledBack = web.toBuilder()
                .setUpdateStatus(UpdateStatus.newBuilder()
                        .setState(UpdateStatus.UpdateState.ROLLBACK_COMPLETED)
                        .setMessage("rollback completed"))
                .build();
        Task[] tasks = {task(1, TaskState.RUNNING), task(2, TaskState.RUNNING)};
        then(rolledBack, tasks).await(Convergence.Kind.ROLLBACK, false);
        assertThat(session.warned()).endsWith("converged\n");
        then(rolledBack, tasks).failsWith("rolled back: rollback completed");
    }

    @Test
    void saysThatTheWorkGoesOnWhenInterrupted() {
        limit = Duration.ofSeconds(3);
        then(web, task(1, TaskState.PREPARING));
        assertThatThrownBy(this::await)
                .isInstanceOf(StillRunning.class)
                .hasMessage("Operation continuing in background.\nUse `service ps web` to check progress.");
    }

    @Test
    void convergesAtOnceOnNoReplicas() throws InterruptedException {
        Service none = Fakes.service("web", 0);
        then(none, task(1, TaskState.SHUTDOWN)).await();
        assertThat(session.warned())
                .startsWith("overall progress: 0 out of 0 tasks\n")
                .endsWith("converged\n");
    }
}
