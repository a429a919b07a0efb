package org.skep.shell.commands.flag;

import static org.skep.shell.commands.flag.FlagTypes.DURATION;

import java.util.List;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.shell.commands.flag.ServiceFlag.Setting;
import org.skep.shell.commands.value.Counts;

/** What happens when a task ends. */
final class RestartFlags {

    /** When a task that ended is replaced. */
    enum Condition {
        NONE,
        ON_FAILURE,
        ANY
    }

    static final List<ServiceFlag> ALL = List.of(
            Setting.of(
                    "--restart-condition",
                    FlagType.oneOf("CONDITION", Condition.class),
                    "Restart when condition is met: none, on-failure or any (default any)",
                    (draft, condition) -> draft.restart().setCondition(RestartCondition.valueOf(condition.name()))),
            Setting.of(
                    "--restart-delay",
                    DURATION,
                    "Delay between restart attempts (default 5s)",
                    (draft, delay) -> draft.restart().setDelay(delay)),
            Setting.of(
                    "--restart-max-attempts",
                    FlagType.of("N", Counts::attempts),
                    "Maximum number of restarts before giving up (default unlimited)",
                    (draft, attempts) -> draft.restart().setMaxAttempts(attempts)),
            Setting.of(
                    "--restart-window",
                    DURATION,
                    "Window used to count restarts (default the whole life)",
                    (draft, window) -> draft.restart().setWindow(window)));

    private RestartFlags() {}
}
