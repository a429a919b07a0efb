package org.skep.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.skep.protocol.RestartPolicy.RestartCondition;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.UpdateConfig.FailureAction;
import org.skep.protocol.UpdateConfig.UpdateOrder;
import org.skep.protocol.UpdateStatus;
import org.skep.protocol.UpdateStatus.UpdateState;

/** What holds of updates at every moment, whatever tasks, nodes and leaders do. */
class UpdatePromiseTest {

    private static final int TICKS = 400;

    @Provide
    Arbitrary<UpdateConfig> configs() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.of(FailureAction.PAUSE, FailureAction.CONTINUE, FailureAction.ROLLBACK),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.of(0f, 0.3f, 1f),
                        Arbitraries.of(UpdateOrder.START_FIRST, UpdateOrder.STOP_FIRST))
                .as((parallelism, delay, action, monitor, ratio, order) -> UpdateConfig.newBuilder()
                        .setParallelism(parallelism)
                        .setDelay(FakeSwarm.seconds(delay))
                        .setFailureAction(action)
                        .setMonitor(FakeSwarm.seconds(monitor))
                        .setMaxFailureRatio(ratio)
                        .setOrder(order)
                        .setMaxWait(FakeSwarm.seconds(20))
                        .build());
    }

    @Provide
    Arbitrary<String> images() {
        return Arbitraries.of("better", "bad", "stuck", "mixed");
    }

    @Provide
    Arbitrary<RestartCondition> conditions() {
        return Arbitraries.of(RestartCondition.ANY, RestartCondition.ON_FAILURE, RestartCondition.NONE);
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void anUpdateEndsAndKeepsItsPromiseMeanwhile(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int replicas,
            @ForAll("configs") UpdateConfig config,
            @ForAll("images") String image,
            @ForAll("conditions") RestartCondition condition,
            @ForAll @IntRange(max = 60) int leaderChanges) {
        Promise promise = new Promise(config, replicas);
        RandomNodes nodes = new RandomNodes(seed, promise::check);
        ServiceSpec.Builder spec = FakeSwarm.spec("web", "good")
                .setReplicated(FakeSwarm.replicated("web", replicas).getReplicated())
                .setUpdate(config)
                .setRollback(config);
        spec.getTaskBuilder().getRestartBuilder().setCondition(condition);
        nodes.create(spec);
        promise.begins();
        nodes.image(image);
        run(nodes, leaderChanges);
        UpdateStatus end = nodes.service().getUpdateStatus();
        ticks(nodes, 40);

        assertThat(nodes.service().getUpdateStatus()).isEqualTo(end);

        assertThat(end.getState())
                .isIn(
                        UpdateState.COMPLETED,
                        UpdateState.PAUSED,
                        UpdateState.ROLLBACK_COMPLETED,
                        UpdateState.ROLLBACK_PAUSED);
        if (end.getState() == UpdateState.COMPLETED && image.equals("better")) {
            assertThat(nodes.tasks())
                    .filteredOn(TaskStates::wanted)
                    .hasSize(replicas)
                    .allMatch(task -> TaskStates.running(task)
                            && task.getSpec().getContainer().getImage().equals("better"));
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whatComesInBetweenDoesNotBreakThePromise(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 5) int replicas,
            @ForAll("configs") UpdateConfig config,
            @ForAll @IntRange(max = 30) int second,
            @ForAll @IntRange(max = 30) int third) {
        Promise promise = new Promise(config, replicas);
        RandomNodes nodes = new RandomNodes(seed, promise::check);
        nodes.create(FakeSwarm.spec("web", "good")
                .setReplicated(FakeSwarm.replicated("web", replicas).getReplicated())
                .setUpdate(config)
                .setRollback(config));
        promise.begins();
        nodes.image("better");
        ticks(nodes, second);
        nodes.scale(replicas + 2);
        ticks(nodes, third);
        nodes.image("best");
        run(nodes, third + 1);

        assertThat(nodes.service().getUpdateStatus().getState()).isEqualTo(UpdateState.COMPLETED);
        assertThat(nodes.tasks())
                .filteredOn(TaskStates::wanted)
                .hasSize(replicas + 2)
                .allMatch(task -> task.getSpec().getContainer().getImage().equals("best"));
    }

    /** @param leaderChanges after how many moments another leader takes over; 0 for never */
    private static void run(RandomNodes nodes, int leaderChanges) {
        for (int tick = 1; tick < TICKS && !over(nodes); tick++) {
            nodes.tick();
            if (leaderChanges > 0 && tick % leaderChanges == 0) {
                nodes.changeLeader();
            } else if (tick % 40 == 20) {
                nodes.outage();
            }
        }
    }

    private static boolean over(RandomNodes nodes) {
        UpdateState state = nodes.service().getUpdateStatus().getState();
        return state != UpdateState.UNKNOWN && !UpdateStates.underWay(nodes.service());
    }

    private static void ticks(RandomNodes nodes, int number) {
        for (int i = 0; i < number; i++) {
            nodes.tick();
        }
    }

    /**
     * Of the slots that ran before, those whose tasks have never failed run on: all of them if new tasks start first, even
     * if those fail that have not run yet, else all but as many as may be worked on at a time.
     */
    private static final class Promise {

        private final UpdateConfig config;
        private final Set<Long> slots;
        private boolean begun;

        Promise(UpdateConfig config, int replicas) {
            this.config = config;
            this.slots = LongStream.rangeClosed(1, replicas).boxed().collect(Collectors.toSet());
        }

        void begins() {
            begun = true;
        }

        void check(RandomNodes nodes) {
            if (!begun) {
                return;
            }
            Set<Long> missing = new HashSet<>(slots);
            missing.removeAll(nodes.slotsThatRun());
            if (config.getOrder() == UpdateOrder.START_FIRST) {
                missing.removeAll(nodes.slotsThatCrashed());
                assertThat(missing).as(() -> describe(nodes)).isEmpty();
            } else if (config.getParallelism() > 0) {
                missing.removeAll(nodes.slotsThatFailed());
                assertThat(missing).as(() -> describe(nodes)).hasSizeLessThanOrEqualTo((int) config.getParallelism());
            }
        }

        private static String describe(RandomNodes nodes) {
            StringBuilder text =
                    new StringBuilder(nodes.service().getUpdateStatus().toString());
            for (Task task : nodes.tasks()) {
                text.append('\n')
                        .append(task.getSlot())
                        .append(' ')
                        .append(task.getSpec().getContainer().getImage())
                        .append(' ')
                        .append(task.getDesiredState())
                        .append(' ')
                        .append(task.getStatus().getState());
            }
            return text.toString();
        }
    }
}
