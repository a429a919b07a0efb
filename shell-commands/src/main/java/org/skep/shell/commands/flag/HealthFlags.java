package org.skep.shell.commands.flag;

import static org.skep.shell.commands.flag.FlagTypes.TEXT;

import com.google.protobuf.Duration;
import java.util.List;
import org.skep.protocol.HealthConfig;
import org.skep.shell.commands.flag.ServiceFlag.Setting;
import org.skep.shell.commands.flag.ServiceFlag.Switch;
import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.DurationConverter;
import org.skep.shell.commands.value.GoDuration;

/** How tasks are told to be well. */
final class HealthFlags {

    private static final FlagType<Duration> HEALTH_DURATION =
            FlagType.of("DURATION", text -> DurationConverter.proto(GoDuration.parseMillis(text)));
    private static final List<String> HEALTH = List.of(
            "--health-cmd",
            "--health-interval",
            "--health-timeout",
            "--health-start-period",
            "--health-start-interval",
            "--health-retries");

    static final List<ServiceFlag> ALL = List.of(
            Setting.of("--health-cmd", TEXT, "Command to run to check health", HealthFlags::healthCommand),
            Setting.of(
                    "--health-interval",
                    HEALTH_DURATION,
                    "Time between running the check",
                    (draft, time) -> draft.health().setInterval(time)),
            Setting.of(
                    "--health-timeout",
                    HEALTH_DURATION,
                    "Maximum time to allow one check to run",
                    (draft, time) -> draft.health().setTimeout(time)),
            Setting.of(
                    "--health-start-period",
                    HEALTH_DURATION,
                    "Time for the container to start before failures count",
                    (draft, time) -> draft.health().setStartPeriod(time)),
            Setting.of(
                    "--health-start-interval",
                    HEALTH_DURATION,
                    "Time between checks during the start period",
                    (draft, time) -> draft.health().setStartInterval(time)),
            Setting.of(
                    "--health-retries",
                    FlagType.of("N", Counts::retries),
                    "Consecutive failures needed to report unhealthy",
                    (draft, retries) -> draft.health().setRetries(retries)),
            Switch.of("--no-healthcheck", "Disable any health check of the image", HealthFlags::noHealthCheck));

    private HealthFlags() {}

    static void check(Given given) {
        boolean none = given.<Boolean>value("--no-healthcheck").orElse(false);
        HEALTH.stream().filter(flag -> none && given.has(flag)).findFirst().ifPresent(flag -> {
            throw given.wrong("--no-healthcheck cannot be combined with " + flag);
        });
    }

    private static void healthCommand(ServiceDraft draft, String command) {
        HealthConfig.Builder health = draft.health().clearTest();
        if (!command.isEmpty()) {
            health.addTest("CMD-SHELL").addTest(command);
        }
    }

    private static void noHealthCheck(ServiceDraft draft, boolean none) {
        if (none) {
            draft.container().setHealthcheck(HealthConfig.newBuilder().addTest("NONE"));
        }
    }
}
