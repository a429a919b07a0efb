package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.shell.commands.service.FlagLines.with;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.Placement;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.testing.Lines;
import org.skep.shell.commands.value.Preferences;

/** Flags for how many tasks there are, and where they go. */
class PlacementFlagsTest {

    private final FlagLines lines = new FlagLines();

    @Test
    void makeGlobalServices() {
        assertThat(lines.created("--mode", "global", "img").hasGlobal()).isTrue();
    }

    @Test
    void refuseReplicasOfAGlobalService() {
        ServiceSpec global = with(s -> s.getGlobalBuilder());
        assertThatThrownBy(() -> lines.updated(global, "--replicas", "2"))
                .hasMessageContaining("--replicas can only be used with a replicated service");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--mode replicated-job img|1|1",
                "--mode replicated-job --replicas 5 img|5|5",
                "--replicas 5 --mode replicated-job --max-concurrent 2 img|5|2",
                "--mode replicated-job --max-concurrent 2 img|1|2"
            })
    void makeJobsThatRunAllTheirTasksAtOnce(String line, long total, long concurrent) {
        assertThat(lines.created(line.split(" ")).getReplicatedJob())
                .isEqualTo(ReplicatedJob.newBuilder()
                        .setTotalCompletions(total)
                        .setMaxConcurrent(concurrent)
                        .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"--replicas 9|9|2", "--max-concurrent 4|5|4", "--replicas 9 --max-concurrent 4|9|4"})
    void changeJobs(String flags, long total, long concurrent) {
        ServiceSpec job =
                with(s -> s.getReplicatedJobBuilder().setTotalCompletions(5).setMaxConcurrent(2));
        assertThat(lines.updated(job, flags.split(" ")).getReplicatedJob())
                .isEqualTo(ReplicatedJob.newBuilder()
                        .setTotalCompletions(total)
                        .setMaxConcurrent(concurrent)
                        .build());
    }

    @Test
    void makeGlobalJobs() {
        assertThat(lines.created("--mode", "global-job", "img").hasGlobalJob()).isTrue();
    }

    @Test
    void placeAndSpread() {
        Placement placement = lines.created(
                        ("--placement-pref spread=node.labels.zone --placement-pref spread=node.labels.rack"
                                        + " --replicas-max-per-node 2 --placement-strategy binpack img")
                                .split(" "))
                .getTask()
                .getPlacement();
        assertThat(placement.getPreferencesList())
                .extracting(Preferences::print)
                .containsExactly("spread=node.labels.zone", "spread=node.labels.rack");
        assertThat(placement.getMaxReplicas()).isEqualTo(2);
        assertThat(placement.getStrategy()).isEqualTo("binpack");
    }

    @Test
    void mergePreferences() {
        ServiceSpec spec = with(s -> s.getTaskBuilder()
                .getPlacementBuilder()
                .addPreferences(Preferences.parse("spread=node.labels.a"))
                .addPreferences(Preferences.parse("spread=node.labels.b")));
        assertThat(lines.updated(
                                spec,
                                "--placement-pref-rm",
                                "spread=node.labels.a",
                                "--placement-pref-add",
                                "spread=node.labels.c")
                        .getTask()
                        .getPlacement()
                        .getPreferencesList())
                .extracting(Preferences::print)
                .containsExactly("spread=node.labels.b", "spread=node.labels.c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--mode global-job --replicas 2 img|--replicas can only be used with a replicated service",
                "--mode global --replicas-max-per-node 2 img|--replicas-max-per-node can only be used with a replicated",
                "--max-concurrent 2 img|--max-concurrent can only be used with --mode replicated-job",
                "--mode global-job --max-concurrent 2 img|--max-concurrent can only be used with --mode replicated-job",
                "--mode global-job --update-delay 1s img|--update-delay cannot be used with a job",
                "--mode replicated-job --rollback-order start-first img|--rollback-order cannot be used with a job",
                "--placement-pref node.labels.a img|'node.labels.a' is not a placement preference: use spread=",
                "--placement-pref spread= img|is not a placement preference"
            })
    void refuseWhatIsWrong(String line, String reason) {
        assertThatThrownBy(() -> lines.created(line.split(" "))).hasMessageContaining(reason);
        assertThat(lines.control.services).isEmpty();
    }

    @Test
    void offerTheStrategiesThatThereAre() {
        assertThat(Lines.parsed(lines.create())
                        .getCommandSpec()
                        .optionsMap()
                        .get("--placement-strategy")
                        .completionCandidates())
                .containsExactly("binpack", "spread");
    }
}
