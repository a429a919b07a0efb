package org.skep.shell.commands.service;

import java.util.Locale;
import java.util.TreeMap;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.Mount;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.Times;
import org.skep.shell.commands.Sheet;
import org.skep.shell.commands.value.GoDuration;
import org.skep.shell.commands.value.Mounts;
import org.skep.shell.commands.value.Ulimits;

/** What a service's tasks are, laid out for people, in docker's words. */
final class ContainerSheet {

    private ContainerSheet() {}

    static void print(TaskSpec task, Sheet sheet) {
        ContainerSpec container = task.getContainer();
        sheet.group("ContainerSpec", group -> container(container, group))
                .group("Capabilities", group -> group.some("Add", String.join(", ", container.getCapabilityAddList()))
                        .some("Drop", String.join(", ", container.getCapabilityDropList())))
                .group("SysCtls", group -> new TreeMap<>(container.getSysctlsMap()).forEach(group::field))
                .group(
                        "Ulimits",
                        group -> container.getUlimitsList().forEach(ulimit -> group.line(Ulimits.print(ulimit))))
                .group("RestartPolicy", group -> restart(task.getRestart(), group))
                .group("Mounts", group -> container.getMountsList().forEach(mount -> mount(mount, group)))
                .group("Log Driver", group -> logDriver(task.getLogDriver(), group))
                .group("Healthcheck", group -> health(container, group));
    }

    private static void container(ContainerSpec container, Sheet sheet) {
        sheet.field("Image", container.getImage())
                .some("Command", String.join(" ", container.getCommandList()))
                .some("Args", String.join(" ", container.getArgsList()))
                .some("Env", String.join(" ", container.getEnvList()))
                .some("Dir", container.getDir())
                .field("Init", container.getInit().getValue())
                .some("User", container.getUser())
                .some("Groups", String.join(" ", container.getGroupsList()))
                .some("Hostname", container.getHostname())
                .some("TTY", container.getTty() ? "true" : "")
                .some("ReadOnly", container.getReadOnly() ? "true" : "")
                .some("Hosts", String.join(", ", container.getHostsList()))
                .some("DNS", String.join(" ", container.getDnsConfig().getNameserversList()))
                .some("DNS options", String.join(" ", container.getDnsConfig().getOptionsList()))
                .some("DNS search", String.join(" ", container.getDnsConfig().getSearchList()))
                .some("Isolation", isolation(container))
                .some("OomScoreAdj", container.getOomScoreAdj() == 0 ? null : container.getOomScoreAdj())
                .some("StopSignal", container.getStopSignal())
                .field("StopGracePeriod", print(container.getStopGracePeriod()));
    }

    private static String isolation(ContainerSpec container) {
        return container.getIsolation() == ContainerSpec.Isolation.ISOLATION_DEFAULT
                ? ""
                : container.getIsolation().name().replace("ISOLATION_", "").toLowerCase(Locale.ROOT);
    }

    private static void restart(RestartPolicy restart, Sheet sheet) {
        sheet.field(
                        "Condition",
                        restart.getCondition().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .some("Delay", restart.hasDelay() ? print(restart.getDelay()) : null)
                .some("MaxAttempts", restart.getMaxAttempts() == 0 ? null : restart.getMaxAttempts())
                .some("Window", restart.hasWindow() ? print(restart.getWindow()) : null);
    }

    private static void mount(Mount mount, Sheet sheet) {
        sheet.field("Target", mount.getTarget())
                .field(" Source", mount.getSource())
                .field(" ReadOnly", mount.getReadonly())
                .field(" Type", Mounts.print(mount.getType()));
    }

    private static void logDriver(Driver driver, Sheet sheet) {
        sheet.some("Name", driver.getName())
                .group("LogOpts", group -> new TreeMap<>(driver.getOptionsMap()).forEach(group::field));
    }

    private static void health(ContainerSpec container, Sheet sheet) {
        if (container.hasHealthcheck()) {
            HealthConfig health = container.getHealthcheck();
            sheet.some("Interval", health.hasInterval() ? print(health.getInterval()) : null)
                    .some("Retries", health.getRetries() == 0 ? null : health.getRetries())
                    .some("StartPeriod", health.hasStartPeriod() ? print(health.getStartPeriod()) : null)
                    .some("StartInterval", health.hasStartInterval() ? print(health.getStartInterval()) : null)
                    .some("Timeout", health.hasTimeout() ? print(health.getTimeout()) : null)
                    .some("Test", String.join(" ", health.getTestList()));
        }
    }

    private static String print(com.google.protobuf.Duration duration) {
        return GoDuration.print(Times.duration(duration));
    }
}
