package org.skep.shell.commands.flag;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.skep.protocol.GlobalService;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.ReplicatedService;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.shell.commands.flag.ServiceFlag.Collection;
import org.skep.shell.commands.flag.ServiceFlag.Later;
import org.skep.shell.commands.flag.ServiceFlag.Repeated;
import org.skep.shell.commands.flag.ServiceFlag.Setting;
import org.skep.shell.commands.flag.ServiceFlag.Switch;
import org.skep.shell.commands.value.ByteSize;
import org.skep.shell.commands.value.Capabilities;
import org.skep.shell.commands.value.Constraints;
import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.Cpus;
import org.skep.shell.commands.value.DurationConverter;
import org.skep.shell.commands.value.EnvFile;
import org.skep.shell.commands.value.EnvVar;
import org.skep.shell.commands.value.GoDuration;
import org.skep.shell.commands.value.HostName;
import org.skep.shell.commands.value.KeyValue;
import org.skep.shell.commands.value.Mounts;
import org.skep.shell.commands.value.NetworkOption;
import org.skep.shell.commands.value.Ports;
import org.skep.shell.commands.value.ShellWords;
import org.skep.shell.commands.value.Signals;
import org.skep.shell.commands.value.UserName;
import picocli.CommandLine.Model.CommandSpec;

/** Every flag of {@code service create} and {@code service update}: options, help, completion and merge follow. */
public final class ServiceFlags {

    /** How many tasks a service has. */
    enum Mode {
        REPLICATED,
        GLOBAL,
        REPLICATED_JOB,
        GLOBAL_JOB
    }

    /** When a task that ended is replaced. */
    enum Condition {
        NONE,
        ON_FAILURE,
        ANY
    }

    private static final FlagType<String> TEXT = FlagType.of("TEXT", Function.identity());
    private static final FlagType<String> KEY = FlagType.of("KEY", Function.identity());
    private static final FlagType<String> FILE = FlagType.of("FILE", Function.identity());
    private static final FlagType<List<String>> COMMAND = FlagType.of("COMMAND", ShellWords::split);
    private static final FlagType<Duration> DURATION =
            FlagType.of("DURATION", text -> DurationConverter.proto(GoDuration.parse(text)));
    private static final FlagType<Duration> HEALTH_DURATION =
            FlagType.of("DURATION", text -> DurationConverter.proto(GoDuration.parseMillis(text)));
    private static final FlagType<Long> BYTES = FlagType.of("BYTES", ByteSize::parse);
    private static final FlagType<Long> CPUS = FlagType.of("DECIMAL", Cpus::parseNano);
    private static final FlagType<KeyValue> LABEL = FlagType.of("KEY=VALUE", KeyValue::parse);
    private static final FlagType<String> CAPABILITY = FlagType.of("CAPABILITY", Capabilities::parse);
    private static final FlagType<String> CONSTRAINT = FlagType.of("CONSTRAINT", Constraints::parse);

    private static final List<ServiceFlag> ALL = List.of(
            // What runs
            Setting.of("--name", FlagType.of("NAME", Function.identity()), "Service name", (draft, name) -> draft.spec()
                            .getAnnotationsBuilder()
                            .setName(name))
                    .only(Verb.CREATE),
            Setting.of(
                            "--image",
                            FlagType.of("IMAGE", Function.identity()),
                            "Image",
                            (draft, image) -> draft.container().setImage(image))
                    .only(Verb.UPDATE),
            Setting.of("--args", COMMAND, "Arguments of the command", (draft, args) -> draft.container()
                            .clearArgs()
                            .addAllArgs(args))
                    .only(Verb.UPDATE),
            Setting.of("--entrypoint", COMMAND, "Overwrite the image's entrypoint", (draft, words) -> draft.container()
                    .clearCommand()
                    .addAllCommand(words)),
            Setting.of("--workdir -w", TEXT, "Working directory inside the container", (draft, dir) -> draft.container()
                    .setDir(dir)),
            Setting.of(
                    "--user -u",
                    FlagType.of("USER", UserName::parse),
                    "User name or UID, with :GROUP or :GID if need be",
                    (draft, user) -> draft.container().setUser(user)),
            Setting.of(
                    "--hostname",
                    FlagType.of("NAME", HostName::parse),
                    "Container hostname",
                    (draft, name) -> draft.container().setHostname(name)),
            Switch.of(
                    "--init",
                    "Run an init process that forwards signals and reaps processes",
                    (draft, on) -> draft.container().setInit(BoolValue.of(on))),
            Switch.of(
                    "--read-only",
                    "Mount the container's root filesystem as read only",
                    (draft, on) -> draft.container().setReadOnly(on)),
            Repeated.of("--cap-add", CAPABILITY, "Add Linux capabilities", ServiceDraft::addCapabilities),
            Repeated.of("--cap-drop", CAPABILITY, "Drop Linux capabilities", ServiceDraft::dropCapabilities),
            Setting.of(
                    "--stop-signal",
                    FlagType.of("SIGNAL", Signals::parse),
                    "Signal to stop the container",
                    (draft, signal) -> draft.container().setStopSignal(signal)),
            Setting.of(
                    "--stop-grace-period",
                    DURATION,
                    "Time to wait before force killing a container (default 10s)",
                    (draft, period) -> draft.container().setStopGracePeriod(period)),

            // How many, and where
            Setting.of(
                            "--mode",
                            FlagType.oneOf("MODE", Mode.class).offering("replicated", "global"),
                            "replicated or global (default replicated)",
                            ServiceFlags::mode)
                    .only(Verb.CREATE),
            Setting.of(
                    "--replicas",
                    FlagType.of("N", Counts::replicas),
                    "Number of tasks",
                    (draft, replicas) -> draft.spec()
                            .setReplicated(ReplicatedService.newBuilder().setReplicas(replicas))),
            Collection.of(
                    "--constraint",
                    CONSTRAINT,
                    CONSTRAINT,
                    "Placement constraints",
                    ServiceDraft::addConstraints,
                    ServiceDraft::removeConstraints),

            // Environment and labels
            Repeated.of("--env-file", FILE, "Read in a file of environment variables", ServiceFlags::environmentFiles)
                    .only(Verb.CREATE),
            Collection.of(
                    "--env -e",
                    FlagType.of("KEY=VALUE", EnvVar::parse),
                    KEY,
                    "Environment variables",
                    (draft, variables) -> draft.addEnvironment(variables.stream()
                            .map(variable -> variable.resolve(draft.surroundings()::environment))
                            .toList()),
                    ServiceDraft::removeEnvironment),
            Collection.of(
                    "--label -l",
                    LABEL,
                    KEY,
                    "Service labels",
                    (draft, labels) -> draft.addLabels(KeyValue.map(labels)),
                    ServiceDraft::removeLabels),
            Collection.of(
                    "--container-label",
                    LABEL,
                    KEY,
                    "Container labels",
                    (draft, labels) -> draft.container().putAllLabels(KeyValue.map(labels)),
                    (draft, keys) -> keys.forEach(draft.container()::removeLabels)),

            // Storage and network
            Collection.of(
                    "--mount",
                    FlagType.of("MOUNT", Mounts::parse),
                    FlagType.of("TARGET", Function.identity()),
                    "Volumes, directories or tmpfs to mount",
                    ServiceDraft::addMounts,
                    ServiceDraft::removeMounts),
            Collection.of(
                    "--publish -p",
                    FlagType.of("PORT", Ports::parse),
                    FlagType.of("PORT", Ports::parseTarget),
                    "Ports to publish, such as mode=host,published=8080,target=80",
                    (draft, ports) -> draft.addPorts(flat(ports)),
                    (draft, ports) -> draft.removePorts(flat(ports))),
            Collection.of(
                            "--network",
                            FlagType.of("NETWORK", NetworkOption::parse),
                            FlagType.of("NETWORK", Function.<String>identity()),
                            "Networks to attach to",
                            ServiceDraft::addNetworks,
                            ServiceDraft::removeNetworks)
                    .ofNetworks(),

            // Resources
            Setting.of("--limit-cpu", CPUS, "Limit CPUs", (draft, nano) -> draft.resources()
                    .getLimitsBuilder()
                    .setNanoCpus(nano)),
            Setting.of("--limit-memory", BYTES, "Limit memory", (draft, bytes) -> draft.resources()
                    .getLimitsBuilder()
                    .setMemoryBytes(bytes)),
            Setting.of("--reserve-cpu", CPUS, "Reserve CPUs", (draft, nano) -> draft.resources()
                    .getReservationsBuilder()
                    .setNanoCpus(nano)),
            Setting.of("--reserve-memory", BYTES, "Reserve memory", (draft, bytes) -> draft.resources()
                    .getReservationsBuilder()
                    .setMemoryBytes(bytes)),

            // Restart
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
                    (draft, window) -> draft.restart().setWindow(window)),

            // Health
            Setting.of("--health-cmd", TEXT, "Command to run to check health", ServiceFlags::healthCommand),
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
            Switch.of("--no-healthcheck", "Disable any health check of the image", ServiceFlags::noHealthCheck),

            // Of the update itself
            Switch.of("--force", "Replace the tasks even if nothing changed", (draft, on) -> {
                        if (on) {
                            draft.task().setForceUpdate(draft.task().getForceUpdate() + 1);
                        }
                    })
                    .only(Verb.UPDATE),

            // Skep never replaces a tag by a digest, so this asks for what happens anyway
            Switch.of("--no-resolve-image", "Use the image's tag as it is", (draft, on) -> {}),

            // Later issues
            Later.switched("--tty -t"),
            Later.switched("--with-registry-auth"),
            Later.create("--config"),
            Later.update("--config-add"),
            Later.update("--config-rm"),
            Later.create("--secret"),
            Later.update("--secret-add"),
            Later.update("--secret-rm"),
            Later.both("--credential-spec"),
            Later.create("--dns"),
            Later.update("--dns-add"),
            Later.update("--dns-rm"),
            Later.create("--dns-option"),
            Later.update("--dns-option-add"),
            Later.update("--dns-option-rm"),
            Later.create("--dns-search"),
            Later.update("--dns-search-add"),
            Later.update("--dns-search-rm"),
            Later.both("--endpoint-mode"),
            Later.create("--generic-resource"),
            Later.update("--generic-resource-add"),
            Later.update("--generic-resource-rm"),
            Later.create("--group"),
            Later.update("--group-add"),
            Later.update("--group-rm"),
            Later.create("--host"),
            Later.update("--host-add"),
            Later.update("--host-rm"),
            Later.both("--isolation"),
            Later.both("--limit-pids"),
            Later.both("--log-driver"),
            Later.both("--log-opt"),
            Later.both("--max-concurrent"),
            Later.both("--memory-swap"),
            Later.both("--memory-swappiness"),
            Later.both("--oom-score-adj"),
            Later.create("--placement-pref"),
            Later.update("--placement-pref-add"),
            Later.update("--placement-pref-rm"),
            Later.both("--replicas-max-per-node"),
            Later.both("--rollback-delay"),
            Later.both("--rollback-failure-action"),
            Later.both("--rollback-max-failure-ratio"),
            Later.both("--rollback-monitor"),
            Later.both("--rollback-order"),
            Later.both("--rollback-parallelism"),
            Later.create("--sysctl"),
            Later.update("--sysctl-add"),
            Later.update("--sysctl-rm"),
            Later.create("--ulimit"),
            Later.update("--ulimit-add"),
            Later.update("--ulimit-rm"),
            Later.both("--update-delay"),
            Later.both("--update-failure-action"),
            Later.both("--update-max-failure-ratio"),
            Later.both("--update-monitor"),
            Later.both("--update-order"),
            Later.both("--update-parallelism"));

    private static final List<String> HEALTH = List.of(
            "--health-cmd",
            "--health-interval",
            "--health-timeout",
            "--health-start-period",
            "--health-start-interval",
            "--health-retries");

    private ServiceFlags() {}

    /** Adds the flags of a verb to its command. */
    public static void declare(CommandSpec command, Verb verb, Completions completions) {
        // As docker has it: the last of repeated flags wins.
        command.parser().overwrittenOptionsAllowed(true);
        ALL.forEach(flag -> flag.options(verb, completions).forEach(command::addOption));
    }

    /** Refuses flags that contradict each other or that come later. Touches nothing. */
    public static void check(Given given, Verb verb, boolean replicated) {
        for (ServiceFlag flag : ALL) {
            if (flag instanceof Later) {
                flag.apply(given, verb, null);
            }
        }
        Mode mode = verb == Verb.CREATE ? given.<Mode>value("--mode").orElse(Mode.REPLICATED) : null;
        if (mode == Mode.REPLICATED_JOB || mode == Mode.GLOBAL_JOB) {
            throw given.wrong("--mode " + (mode == Mode.GLOBAL_JOB ? "global-job" : "replicated-job")
                    + " isn't supported yet: use replicated or global");
        }
        if (given.has("--replicas") && (verb == Verb.CREATE ? mode == Mode.GLOBAL : !replicated)) {
            throw given.wrong(
                    "--replicas can only be used with a replicated service: a global one has a task on every node");
        }
        boolean none = given.<Boolean>value("--no-healthcheck").orElse(false);
        HEALTH.stream().filter(flag -> none && given.has(flag)).findFirst().ifPresent(flag -> {
            throw given.wrong("--no-healthcheck cannot be combined with " + flag);
        });
    }

    /** Carries the flags of a line over into a specification. */
    public static void apply(Given given, Verb verb, ServiceDraft draft) {
        ALL.forEach(flag -> flag.apply(given, verb, draft));
    }

    private static void mode(ServiceDraft draft, Mode mode) {
        if (mode == Mode.GLOBAL) {
            draft.spec().setGlobal(GlobalService.getDefaultInstance());
        }
    }

    private static void environmentFiles(ServiceDraft draft, List<String> files) {
        List<String> entries = new ArrayList<>();
        for (String file : files) {
            byte[] content = draft.surroundings().read(file, EnvFile.LARGEST);
            entries.addAll(EnvFile.parse(file, content, draft.surroundings()::environment));
        }
        draft.addEnvironment(entries);
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

    private static <T> List<T> flat(List<List<T>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }
}
