package org.skep.shell.commands.flag;

import static org.skep.shell.commands.flag.FlagTypes.DURATION;
import static org.skep.shell.commands.flag.FlagTypes.TASKS;

import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.UpdateConfig.FailureAction;
import org.skep.protocol.UpdateConfig.UpdateOrder;
import org.skep.shell.commands.flag.ServiceFlag.Setting;
import org.skep.shell.commands.value.Ratio;

/** How changes reach the tasks of a service: {@code --update-*}, and {@code --rollback-*} for the way back. */
final class UpdateFlags {

    static final List<ServiceFlag> ALL = Stream.of(
                    family(
                            "update",
                            FlagType.oneOf("ACTION", FailureAction.class, EnumSet.of(FailureAction.UNRECOGNIZED)),
                            ServiceDraft::update),
                    family(
                            "rollback",
                            FlagType.oneOf(
                                    "ACTION",
                                    FailureAction.class,
                                    EnumSet.of(FailureAction.UNRECOGNIZED, FailureAction.ROLLBACK)),
                            ServiceDraft::rollback))
            .flatMap(List::stream)
            .toList();

    private UpdateFlags() {}

    private static List<ServiceFlag> family(
            String verb, FlagType<FailureAction> actions, Function<ServiceDraft, UpdateConfig.Builder> config) {
        String of = verb.equals("update") ? "an update" : "a rollback";
        String prefix = "--" + verb + "-";
        return List.of(
                Setting.of(
                        prefix + "parallelism",
                        TASKS,
                        "Maximum number of tasks replaced at a time (default 1, 0 for all)",
                        (draft, tasks) -> config.apply(draft).setParallelism(tasks)),
                Setting.of(
                        prefix + "delay",
                        DURATION,
                        "Delay between replacements of tasks (default 0s)",
                        (draft, delay) -> config.apply(draft).setDelay(delay)),
                Setting.of(
                        prefix + "monitor",
                        DURATION,
                        "How long each task is watched for failure after it was replaced (default 5s)",
                        (draft, time) -> config.apply(draft).setMonitor(time)),
                Setting.of(
                        prefix + "max-failure-ratio",
                        FlagType.of("RATIO", Ratio::parse),
                        "Part of the tasks that may fail in " + of + ", 0 to 1 (default 0)",
                        (draft, ratio) -> config.apply(draft).setMaxFailureRatio(ratio)),
                Setting.of(
                        prefix + "failure-action",
                        actions,
                        "What to do when " + of + " fails: " + String.join(", ", actions.candidates())
                                + " (default pause)",
                        (draft, action) -> config.apply(draft).setFailureAction(action)),
                Setting.of(
                        prefix + "order",
                        FlagType.oneOf("ORDER", UpdateOrder.class, EnumSet.of(UpdateOrder.UNRECOGNIZED)),
                        "Whether the old task stops first or the new one starts first: stop-first or start-first (default stop-first)",
                        (draft, order) -> config.apply(draft).setOrder(order)),
                Setting.of(
                        prefix + "max-wait",
                        DURATION,
                        "How long to wait for a new task to run before " + of + " is paused (default 10m, 0 for ever)",
                        (draft, time) -> config.apply(draft).setMaxWait(time)));
    }

    /** A job is not updated but begun anew. */
    static void check(Given given, PlacementFlags.Mode mode) {
        ALL.stream()
                .map(flag -> flag.names().get(0))
                .filter(name -> mode.job() && given.has(name))
                .findFirst()
                .ifPresent(name -> {
                    throw given.wrong(name + " cannot be used with a job: an update begins it anew");
                });
    }
}
