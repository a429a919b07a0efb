package org.skep.shell.commands.flag;

import java.util.List;
import java.util.stream.Stream;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.flag.ServiceFlag.Later;
import picocli.CommandLine.Model.CommandSpec;

/** Every flag of {@code service create} and {@code service update}: options, help, completion and merge follow. */
public final class ServiceFlags {

    private static final List<ServiceFlag> ALL = Stream.of(
                    RunFlags.ALL,
                    PlacementFlags.ALL,
                    NetworkFlags.ALL,
                    DataFlags.ALL,
                    ResourceFlags.ALL,
                    KernelFlags.ALL,
                    RestartFlags.ALL,
                    HealthFlags.ALL,
                    UpdateFlags.ALL)
            .flatMap(List::stream)
            .toList();

    private ServiceFlags() {}

    /** Adds the flags of a verb to its command. */
    public static void declare(CommandSpec command, Verb verb, Completions completions) {
        // As docker has it: the last of repeated flags wins.
        command.parser().overwrittenOptionsAllowed(true);
        ALL.forEach(flag -> flag.options(verb, completions).forEach(command::addOption));
    }

    /** Refuses flags that contradict each other, that the new service's mode rules out, or that come later. */
    public static void checkCreate(Given given) {
        checkLine(given, Verb.CREATE);
        checkMode(given, PlacementFlags.mode(given));
        RunFlags.check(given, false);
    }

    /** Refuses flags that contradict each other or that come later, before the service is looked up. */
    public static void checkUpdate(Given given) {
        checkLine(given, Verb.UPDATE);
    }

    /** Refuses flags that do not suit the service. */
    public static void checkUpdate(Given given, ServiceSpec present) {
        checkMode(given, PlacementFlags.Mode.of(present));
        RunFlags.check(given, present.getTask().hasLogDriver());
    }

    /** Whether the line gave any of these flags. */
    public static boolean anyGiven(Given given, Verb verb) {
        return ALL.stream()
                .flatMap(flag -> flag.options(verb, Completions.NONE).stream())
                .anyMatch(option -> given.has(option.longestName()));
    }

    /** Carries the flags of a line over into a specification. */
    public static void apply(Given given, Verb verb, ServiceDraft draft) {
        ALL.forEach(flag -> flag.apply(given, verb, draft));
    }

    private static void checkLine(Given given, Verb verb) {
        for (ServiceFlag flag : ALL) {
            if (flag instanceof Later) {
                flag.apply(given, verb, null);
            }
        }
        HealthFlags.check(given);
    }

    private static void checkMode(Given given, PlacementFlags.Mode mode) {
        PlacementFlags.check(given, mode);
        UpdateFlags.check(given, mode);
    }
}
