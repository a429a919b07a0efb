package org.skep.shell.commands.flag;

import static org.skep.shell.commands.flag.FlagTypes.NAME;
import static org.skep.shell.commands.flag.FlagTypes.TASKS;

import java.util.List;
import java.util.function.Function;
import org.skep.protocol.GlobalJob;
import org.skep.protocol.GlobalService;
import org.skep.protocol.PlacementPreference;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.flag.ServiceFlag.Collection;
import org.skep.shell.commands.flag.ServiceFlag.Setting;
import org.skep.shell.commands.value.Constraints;
import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.Preferences;

/** How many tasks there are, and where they go. */
final class PlacementFlags {

    /** How many tasks a service has. */
    enum Mode {
        REPLICATED,
        GLOBAL,
        REPLICATED_JOB,
        GLOBAL_JOB;

        static Mode of(ServiceSpec spec) {
            return switch (spec.getModeCase()) {
                case GLOBAL -> GLOBAL;
                case REPLICATED_JOB -> REPLICATED_JOB;
                case GLOBAL_JOB -> GLOBAL_JOB;
                default -> REPLICATED;
            };
        }

        boolean job() {
            return this == REPLICATED_JOB || this == GLOBAL_JOB;
        }
    }

    private static final FlagType<Long> REPLICAS = FlagType.of("N", Counts::replicas);
    private static final FlagType<String> CONSTRAINT = FlagType.of("CONSTRAINT", Constraints::parse);
    private static final FlagType<PlacementPreference> PREFERENCE = FlagType.of("PREFERENCE", Preferences::parse);
    private static final List<String> COUNTED = List.of("--replicas", "--replicas-max-per-node");

    static final List<ServiceFlag> ALL = List.of(
            Setting.of(
                            "--mode",
                            FlagType.oneOf("MODE", Mode.class),
                            "replicated, global, replicated-job or global-job (default replicated)",
                            PlacementFlags::mode)
                    .only(Verb.CREATE),
            Setting.of(
                            "--replicas",
                            REPLICAS,
                            "Number of tasks; of a job, how many have to complete (default 1)",
                            PlacementFlags::allAtOnce)
                    .only(Verb.CREATE),
            Setting.of(
                            "--replicas",
                            REPLICAS,
                            "Number of tasks; of a job, how many have to complete",
                            (draft, replicas) -> Replication.set(draft.spec(), replicas))
                    .only(Verb.UPDATE),
            Setting.of(
                    "--max-concurrent",
                    TASKS,
                    "Number of tasks of a job that run at a time (default all)",
                    (draft, tasks) -> draft.spec().getReplicatedJobBuilder().setMaxConcurrent(tasks)),
            Setting.of(
                    "--replicas-max-per-node",
                    TASKS,
                    "Maximum number of tasks on a node (default 0, unlimited)",
                    (draft, tasks) -> draft.placement().setMaxReplicas(tasks)),
            Collection.of(
                    "--constraint",
                    CONSTRAINT,
                    CONSTRAINT,
                    "Placement constraints",
                    ServiceDraft::addConstraints,
                    ServiceDraft::removeConstraints),
            Collection.of(
                    "--placement-pref",
                    PREFERENCE,
                    PREFERENCE,
                    "Placement preferences, such as spread=node.labels.zone",
                    (draft, preferences) -> setPreferences(
                            draft, Elements.with(draft.placement().getPreferencesList(), preferences)),
                    (draft, preferences) -> setPreferences(
                            draft,
                            Elements.without(
                                    draft.placement().getPreferencesList(), Function.identity(), preferences))),
            Setting.of(
                            "--placement-strategy",
                            NAME,
                            "Strategy that ranks nodes (default spread)",
                            (draft, name) -> draft.placement().setStrategy(name))
                    .completing(Completions::strategies));

    private PlacementFlags() {}

    /** The flags that need another mode than a service has. */
    static void check(Given given, Mode mode) {
        boolean counted = mode == Mode.REPLICATED || mode == Mode.REPLICATED_JOB;
        COUNTED.stream().filter(flag -> !counted && given.has(flag)).findFirst().ifPresent(flag -> {
            throw given.wrong(
                    flag + " can only be used with a replicated service: a global one has a task on every node");
        });
        if (mode != Mode.REPLICATED_JOB && given.has("--max-concurrent")) {
            throw given.wrong("--max-concurrent can only be used with --mode replicated-job");
        }
    }

    /** That of a line which creates a service. */
    static Mode mode(Given given) {
        return given.<Mode>value("--mode").orElse(Mode.REPLICATED);
    }

    private static void mode(ServiceDraft draft, Mode mode) {
        switch (mode) {
            case REPLICATED -> {}
            case GLOBAL -> draft.spec().setGlobal(GlobalService.getDefaultInstance());
            case REPLICATED_JOB ->
                draft.spec()
                        .setReplicatedJob(ReplicatedJob.newBuilder()
                                .setTotalCompletions(1)
                                .setMaxConcurrent(1));
            case GLOBAL_JOB -> draft.spec().setGlobalJob(GlobalJob.getDefaultInstance());
        }
    }

    private static void allAtOnce(ServiceDraft draft, long replicas) {
        Replication.set(draft.spec(), replicas);
        if (draft.spec().hasReplicatedJob()) {
            draft.spec().getReplicatedJobBuilder().setMaxConcurrent(replicas);
        }
    }

    private static void setPreferences(ServiceDraft draft, List<PlacementPreference> preferences) {
        draft.placement().clearPreferences().addAllPreferences(preferences);
    }
}
