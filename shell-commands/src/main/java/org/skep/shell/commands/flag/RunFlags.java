package org.skep.shell.commands.flag;

import static org.skep.shell.commands.flag.FlagTypes.COMMAND;
import static org.skep.shell.commands.flag.FlagTypes.DURATION;
import static org.skep.shell.commands.flag.FlagTypes.KEY;
import static org.skep.shell.commands.flag.FlagTypes.LABEL;
import static org.skep.shell.commands.flag.FlagTypes.NAME;
import static org.skep.shell.commands.flag.FlagTypes.TEXT;

import com.google.protobuf.BoolValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.skep.protocol.Driver;
import org.skep.protocol.RegistryLogins;
import org.skep.shell.commands.flag.ServiceFlag.Collection;
import org.skep.shell.commands.flag.ServiceFlag.Repeated;
import org.skep.shell.commands.flag.ServiceFlag.Setting;
import org.skep.shell.commands.flag.ServiceFlag.Switch;
import org.skep.shell.commands.value.EnvFile;
import org.skep.shell.commands.value.EnvVar;
import org.skep.shell.commands.value.HostName;
import org.skep.shell.commands.value.KeyValue;
import org.skep.shell.commands.value.Signals;
import org.skep.shell.commands.value.UserName;

/** What a task runs, and around whom. */
final class RunFlags {

    private static final FlagType<String> FILE = FlagType.of("FILE", Function.identity());
    private static final FlagType<String> GROUP = FlagType.of("GROUP", Function.identity());

    static final List<ServiceFlag> ALL = List.of(
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
            Collection.of(
                    "--group",
                    GROUP,
                    GROUP,
                    "Supplementary groups of the user",
                    (draft, groups) ->
                            setGroups(draft, Elements.with(draft.container().getGroupsList(), groups)),
                    (draft, groups) -> setGroups(
                            draft, Elements.without(draft.container().getGroupsList(), Function.identity(), groups))),
            Switch.of("--tty -t", "Allocate a pseudo-terminal", (draft, on) -> draft.container()
                    .setTty(on)),
            Switch.of(
                    "--init",
                    "Run an init process that forwards signals and reaps processes",
                    (draft, on) -> draft.container().setInit(BoolValue.of(on))),
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
            Repeated.of("--env-file", FILE, "Read in a file of environment variables", RunFlags::environmentFiles)
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
            Setting.of("--log-driver", NAME, "Logging driver; empty for the node's own", RunFlags::logDriver),
            Repeated.of("--log-opt", LABEL, "Options of the logging driver", (draft, options) -> draft.task()
                    .getLogDriverBuilder()
                    .putAllOptions(KeyValue.map(options))),
            // Of the update itself
            Switch.of("--force", "Replace the tasks even if nothing changed", (draft, on) -> {
                        if (on) {
                            draft.task().setForceUpdate(draft.task().getForceUpdate() + 1);
                        }
                    })
                    .only(Verb.UPDATE),
            Switch.of("--with-registry-auth", "Let nodes pull the image with the swarm's login", (draft, on) -> {
                if (on) {
                    draft.container()
                            .getPullOptionsBuilder()
                            .setRegistry(
                                    RegistryLogins.registryOf(draft.container().getImage()));
                }
            }),
            Switch.of(
                    "--no-resolve-image",
                    "Do not ask the registry for the image's digest and platforms",
                    ServiceDraft::keepTag));

    private RunFlags() {}

    /** Options are those of a driver. */
    static void check(Given given, boolean hasDriver) {
        boolean driver =
                given.<String>value("--log-driver").map(name -> !name.isEmpty()).orElse(hasDriver);
        if (given.has("--log-opt") && !driver) {
            throw given.wrong("--log-opt needs --log-driver");
        }
    }

    private static void logDriver(ServiceDraft draft, String name) {
        if (name.isEmpty()) {
            draft.task().clearLogDriver();
        } else {
            draft.task().setLogDriver(Driver.newBuilder().setName(name));
        }
    }

    private static void setGroups(ServiceDraft draft, List<String> groups) {
        draft.container().clearGroups().addAllGroups(groups);
    }

    private static void environmentFiles(ServiceDraft draft, List<String> files) {
        List<String> entries = new ArrayList<>();
        for (String file : files) {
            byte[] content = draft.surroundings().read(file, EnvFile.LARGEST);
            entries.addAll(EnvFile.parse(file, content, draft.surroundings()::environment));
        }
        draft.addEnvironment(entries);
    }
}
