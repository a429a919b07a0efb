package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.skep.agent.TaskStep.Act;
import org.skep.agent.TaskStep.Outcome;
import org.skep.api.runtime.TaskExit;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;

class TaskStepTest {

    @ParameterizedTest
    @CsvSource({
        // observed, desired, act
        "ASSIGNED,  RUNNING,  ACCEPT",
        "ACCEPTED,  RUNNING,  PREPARE",
        "PREPARING, RUNNING,  PREPARE",
        "READY,     READY,    NONE",
        "READY,     RUNNING,  START",
        "READY,     COMPLETE, START",
        "STARTING,  RUNNING,  START",
        "RUNNING,   RUNNING,  WATCH",
        "RUNNING,   COMPLETE, WATCH",
        "ASSIGNED,  READY,    ACCEPT",
        "PREPARING, READY,    PREPARE",
        "ASSIGNED,  SHUTDOWN, STOP",
        "PREPARING, SHUTDOWN, STOP",
        "READY,     SHUTDOWN, STOP",
        "RUNNING,   SHUTDOWN, STOP",
        "RUNNING,   REMOVE,   STOP",
        "COMPLETE,  RUNNING,  NONE",
        "COMPLETE,  SHUTDOWN, NONE",
        "SHUTDOWN,  REMOVE,   NONE",
        "FAILED,    RUNNING,  NONE",
        "REJECTED,  RUNNING,  NONE",
        "ORPHANED,  REMOVE,   NONE",
        "NEW,       RUNNING,  NONE",
        "PENDING,   RUNNING,  NONE",
    })
    void choosesTheNextAct(TaskState observed, TaskState desired, Act act) {
        assertThat(TaskStep.next(observed, desired)).isEqualTo(act);
    }

    @ParameterizedTest
    @CsvSource({
        // observed, act, state, message
        "ASSIGNED,  ACCEPT,  ACCEPTED, accepted",
        "PREPARING, PREPARE, READY,    prepared",
        "STARTING,  START,   RUNNING,  started",
        "ASSIGNED,  STOP,    SHUTDOWN, shutdown",
        "RUNNING,   STOP,    SHUTDOWN, shutdown",
    })
    void movesForwardWhenAnActIsDone(TaskState observed, Act act, TaskState state, String message) {
        TaskStatus after = TaskStep.after(status(observed), act, new Outcome.Done());
        assertThat(after.getState()).isEqualTo(state);
        assertThat(after.getMessage()).isEqualTo(message);
        assertThat(after.getErr()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ACCEPTED,  PREPARE, REJECTED",
        "PREPARING, PREPARE, REJECTED",
        "STARTING,  START,   FAILED",
        "RUNNING,   WATCH,   FAILED",
    })
    void endsWithTheErrorOfADriver(TaskState observed, Act act, TaskState state) {
        TaskStatus after = TaskStep.after(status(observed), act, new Outcome.Refused("no such image"));
        assertThat(after.getState()).isEqualTo(state);
        assertThat(after.getErr()).isEqualTo("no such image");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0   | ''              | COMPLETE | ''",
                "1   | ''              | FAILED   | task: non-zero exit (1)",
                "137 | out of memory   | FAILED   | task: non-zero exit (137): out of memory",
                "0   | unhealthy       | FAILED   | task: unhealthy",
                "-1  | lost            | FAILED   | task: lost",
                "-1  | ''              | FAILED   | task: it is not known how it ended",
            })
    void tellsHowATaskEnded(int code, String reason, TaskState state, String error) {
        TaskStatus after =
                TaskStep.after(status(TaskState.RUNNING), Act.WATCH, new Outcome.Exited(new TaskExit(code, reason)));
        assertThat(after.getState()).isEqualTo(state);
        assertThat(after.getErr()).isEqualTo(error);
    }

    @Test
    void saysWhatItWaitsFor() {
        TaskStatus after =
                TaskStep.after(status(TaskState.PREPARING), Act.PREPARE, new Outcome.Waiting("no volume driver nfs"));
        assertThat(after.getState()).isEqualTo(TaskState.PREPARING);
        assertThat(after.getMessage()).isEqualTo("no volume driver nfs");
        assertThat(TaskStep.after(after, Act.PREPARE, new Outcome.Retry("engine is down")))
                .extracting(TaskStatus::getState, TaskStatus::getMessage)
                .containsExactly(TaskState.PREPARING, "engine is down");
    }

    @Test
    void leavesARunningTaskAloneWhenNothingCanBeSeen() {
        TaskStatus running = status(TaskState.RUNNING);
        assertThat(TaskStep.after(running, Act.WATCH, new Outcome.Waiting("no runtime driver")))
                .isSameAs(running);
        assertThat(TaskStep.after(running, Act.WATCH, new Outcome.Retry("engine is down")))
                .isSameAs(running);
    }

    @ParameterizedTest
    @EnumSource(Act.class)
    void changesNothingWhenBrokenOff(Act act) {
        TaskStatus status = status(TaskState.PREPARING);
        assertThat(TaskStep.after(status, act, new Outcome.Interrupted())).isSameAs(status);
    }

    @Test
    void neverGoesBack() {
        assertThatThrownBy(() -> TaskStep.after(status(TaskState.FAILED), Act.STOP, new Outcome.Done()))
                .isInstanceOf(IllegalStateException.class);
    }

    private static TaskStatus status(TaskState state) {
        return TaskStatus.newBuilder().setState(state).setMessage("before").build();
    }
}
