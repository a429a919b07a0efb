package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.shell.commands.service.FlagLines.with;

import com.google.protobuf.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.UpdateConfig.FailureAction;
import org.skep.protocol.UpdateConfig.UpdateOrder;
import org.skep.shell.commands.testing.Fakes;

/** Flags for what happens when tasks end, and when they are replaced. */
class UpdateFlagsTest {

    private final FlagLines lines = new FlagLines();

    @Test
    void keepTheOtherDefaultsOfARestartPolicyOfWhichOnePartIsGiven() {
        assertThat(lines.created("--restart-max-attempts", "3", "img").getTask().getRestart())
                .isEqualTo(RestartPolicy.newBuilder()
                        .setCondition(RestartCondition.ANY)
                        .setDelay(Duration.newBuilder().setSeconds(5))
                        .setMaxAttempts(3)
                        .build());
    }

    @Test
    void rollBackInsteadOfUpdating() {
        lines.updated(Fakes.spec("web", 1), "--rollback");
        assertThat(lines.control.rolledBack).hasSize(1);
        assertThatThrownBy(() -> lines.updated(Fakes.spec("web", 1), "--rollback", "--image", "x"))
                .hasMessageContaining("--rollback cannot be combined");
    }

    @Test
    void updateAgainWhenTheSwarmWasFaster() {
        lines.control.conflicts = 3;
        assertThat(lines.updated(Fakes.spec("web", 1), "--replicas", "4")
                        .getReplicated()
                        .getReplicas())
                .isEqualTo(4);
        lines.control.conflicts = 99;
        assertThatThrownBy(() -> lines.updated(Fakes.spec("web", 1), "--replicas", "4"))
                .hasMessage("update out of sequence");
    }

    @Test
    void setBothWays() {
        ServiceSpec spec = lines.created(
                ("--update-parallelism 2 --update-delay 1s --update-monitor 3s --update-max-failure-ratio .25"
                                + " --update-failure-action rollback --update-order start-first --update-max-wait 1m"
                                + " --rollback-parallelism 0 --rollback-delay 2s --rollback-monitor 4s"
                                + " --rollback-max-failure-ratio 1 --rollback-failure-action continue"
                                + " --rollback-order stop-first --rollback-max-wait 0 img")
                        .split(" "));
        assertThat(spec.getUpdate())
                .isEqualTo(UpdateConfig.newBuilder()
                        .setParallelism(2)
                        .setDelay(seconds(1))
                        .setMonitor(seconds(3))
                        .setMaxFailureRatio(.25f)
                        .setFailureAction(FailureAction.ROLLBACK)
                        .setOrder(UpdateOrder.START_FIRST)
                        .setMaxWait(seconds(60))
                        .build());
        assertThat(spec.getRollback())
                .isEqualTo(UpdateConfig.newBuilder()
                        .setParallelism(0)
                        .setDelay(seconds(2))
                        .setMonitor(seconds(4))
                        .setMaxFailureRatio(1)
                        .setFailureAction(FailureAction.CONTINUE)
                        .setMaxWait(seconds(0))
                        .build());
    }

    @Test
    void keepTheOtherDefaultsOfAnUpdateOfWhichOnePartIsGiven() {
        assertThat(lines.created("--update-delay", "1s", "img").getUpdate())
                .isEqualTo(UpdateConfig.newBuilder()
                        .setParallelism(1)
                        .setDelay(seconds(1))
                        .setMonitor(seconds(5))
                        .build());
        assertThat(lines.updated(Fakes.spec("web", 1), "--rollback-parallelism", "3")
                        .getRollback())
                .isEqualTo(UpdateConfig.newBuilder()
                        .setParallelism(3)
                        .setMonitor(seconds(5))
                        .build());
    }

    @Test
    void changeOnePartOfAnUpdate() {
        ServiceSpec spec = with(s -> s.getUpdateBuilder().setParallelism(4).setOrder(UpdateOrder.START_FIRST));
        assertThat(lines.updated(spec, "--update-failure-action", "continue").getUpdate())
                .isEqualTo(spec.getUpdate().toBuilder()
                        .setFailureAction(FailureAction.CONTINUE)
                        .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--update-parallelism -1 img|'-1' is not a number of tasks",
                "--update-delay -1s img|'-1s' is not a duration: it must not be negative",
                "--update-max-failure-ratio 1.5 img|'1.5' is not a ratio: use 0 to 1",
                "--update-max-failure-ratio NaN img|'NaN' is not a ratio",
                "--update-failure-action stop img|'stop' is not one of pause, continue, rollback",
                "--rollback-failure-action rollback img|'rollback' is not one of pause, continue",
                "--update-order random img|'random' is not one of stop-first, start-first"
            })
    void refuseWhatIsWrong(String line, String reason) {
        assertThatThrownBy(() -> lines.created(line.split(" "))).hasMessageContaining(reason);
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }
}
