package org.skep.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.skep.protocol.GenericResource;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.View;

/** What holds whatever happens in a swarm. */
class SchedulerPropertiesTest {

    @Property(tries = 300)
    void noTaskIsPlacedAgainstTheRules(@ForAll @Size(max = 60) List<@IntRange(max = 9999) Integer> script) {
        RandomSwarm swarm = new RandomSwarm();
        for (int action : script) {
            View before = swarm.view();
            swarm.act(action);
            swarm.loops.settle();
            Rules rules = new Rules(swarm.view());
            for (Task task : swarm.view().tasks().all()) {
                if (isAssigned(task)
                        && before.tasks()
                                .get(task.getId())
                                .filter(this::isAssigned)
                                .isEmpty()) {
                    Node node = swarm.view().nodes().get(task.getNodeId()).orElseThrow();
                    assertThat(rules.keptBy(task, node))
                            .as("%s%n%s", task, node)
                            .isTrue();
                }
            }
            assertNothingIsGivenTwice(swarm.view());
        }
    }

    private boolean isAssigned(Task task) {
        return task.getStatus().getState() == TaskState.ASSIGNED;
    }

    private static void assertNothingIsGivenTwice(View view) {
        for (Node node : view.nodes().all()) {
            Set<GenericResource> given = new HashSet<>();
            view.tasks().onNode(node.getId()).stream()
                    .filter(NodeInfo::holdsResources)
                    .flatMap(task -> task.getAssignedGenericResourcesList().stream())
                    .forEach(resource -> assertThat(given.add(resource)).isTrue());
        }
    }

    @Property(tries = 300)
    void nothingWaitsThatWouldFit(@ForAll @Size(max = 60) List<@IntRange(max = 9999) Integer> script) {
        RandomSwarm swarm = new RandomSwarm();
        for (int action : script) {
            swarm.act(action);
            swarm.loops.settle();
        }
        Rules rules = new Rules(swarm.view());
        for (Task task : swarm.view().tasks().all()) {
            if (task.getStatus().getState() == TaskState.PENDING && NodeInfo.active(task)) {
                assertThat(swarm.view().nodes().all()).noneMatch(node -> rules.allow(task, node));
                assertThat(task.getStatus().getErr()).matches("no suitable node.*|node n\\d does not exist");
            }
        }
    }

    @Property(tries = 300)
    void eachTaskGoesWhereALookAtAllNodesWouldPutIt(
            @ForAll @Size(max = 60) List<@IntRange(max = 9999) Integer> script) {
        RandomSwarm swarm = new RandomSwarm();
        for (int action : script) {
            View before = swarm.view();
            swarm.act(action);
            View wanted = swarm.view();
            swarm.loops.settle();
            List<Task> fresh = wanted.tasks().all().stream()
                    .filter(task -> before.tasks().get(task.getId()).isEmpty())
                    .filter(task -> task.getNodeId().isEmpty())
                    .filter(task -> task.getSpec().getPlacement().getPreferencesCount() == 0)
                    .toList();
            if (!fresh.isEmpty()) {
                assertThat(placed(fresh, swarm.view())).isEqualTo(placedPlainly(fresh, before, swarm.loops.now()));
            }
        }
    }

    /** Nodes join, or tasks of a service are wanted: each number says how many. */
    @Property(tries = 300)
    void newNodesCatchUp(@ForAll @Size(max = 12) List<@IntRange(min = -4, max = 30) Integer> script) {
        RandomSwarm swarm = new RandomSwarm();
        for (int i = 0; i < script.size(); i++) {
            View before = swarm.view();
            int much = script.get(i);
            for (int node = much; node < 0; node++) {
                swarm.join((char) ('a' + (i * 7 + node * node) % 26) + "-" + i + node);
            }
            List<Task> fresh = swarm.want(i % 2, Math.max(0, much));
            swarm.loops.settle();
            if (!fresh.isEmpty()) {
                assertThat(placed(fresh, swarm.view())).isEqualTo(placedPlainly(fresh, before, swarm.loops.now()));
            }
        }
    }

    private static List<String> placed(List<Task> tasks, View view) {
        return tasks.stream()
                .map(task -> view.tasks().get(task.getId()).orElseThrow().getNodeId())
                .sorted()
                .toList();
    }

    private static List<String> placedPlainly(List<Task> tasks, View view, Instant now) {
        NodeIndex index = NodeIndex.of(view);
        Failures failures = Failures.of(view, now);
        TaskNeeds needs = TaskNeeds.of(tasks.get(0), view);
        Map<NodeInfo, Integer> faulty = new HashMap<>();
        failures.faulty(needs.key())
                .forEach((node, count) -> index.get(node).ifPresent(info -> faulty.put(info, count)));
        Judge judge = new Judge(new Strategies().find(needs.strategy()).orElseThrow(), needs.serviceId(), faulty);
        List<String> nodes = new ArrayList<>();
        for (Task task : tasks) {
            Optional<NodeInfo> best = index.all().stream()
                    .filter(node -> Filter.refusing(node, needs).isEmpty())
                    .map(judge::of)
                    .min(Comparator.naturalOrder())
                    .map(Standing::node);
            best.ifPresent(node -> index.put(new Decisions(null, now).assign(task, node)));
            nodes.add(best.map(NodeInfo::nodeId).orElse(""));
        }
        return nodes.stream().sorted().toList();
    }

    /** Whether changes come one by one or many at a time. */
    @Property(tries = 300)
    void theIndexIsWhatTheStoreSays(
            @ForAll @Size(max = 60) List<@IntRange(max = 9999) Integer> script,
            @ForAll @IntRange(min = 1, max = 9) int atOnce) {
        RandomSwarm swarm = new RandomSwarm();
        for (int i = 0; i < script.size(); i++) {
            swarm.act(script.get(i));
            if (i % atOnce == 0) {
                swarm.loops.settle();
            }
        }
        swarm.loops.settle();

        NodeIndex rebuilt = NodeIndex.of(swarm.view());
        NodeIndex grown = swarm.scheduling.index();
        assertThat(grown).hasToString(rebuilt.toString());
        Strategies strategies = new Strategies();
        for (Task task : swarm.view().tasks().all()) {
            TaskNeeds needs = TaskNeeds.of(task, swarm.view());
            Ranking ranking = strategies.find(needs.strategy()).orElseThrow();
            assertThat(grown.pool(needs, ranking))
                    .hasToString(rebuilt.pool(needs, ranking).toString());
        }
    }

    @Property(tries = 100)
    void aServiceIsEvenOverItsNodes(
            @ForAll @IntRange(min = 1, max = 12) int nodes,
            @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 20) Integer> batches) {
        SwarmFixture swarm = new SwarmFixture();
        IntStream.range(0, nodes).forEach(i -> swarm.node("n" + i));
        for (int i = 0; i < batches.size(); i++) {
            swarm.tasks("s" + i % 3, batches.get(i), task -> task);
        }

        for (String service : List.of("s0", "s1", "s2")) {
            IntSummaryStatistics counts = IntStream.range(0, nodes)
                    .map(i -> (int) swarm.on("n" + i, service))
                    .summaryStatistics();
            assertThat(counts.getMax() - counts.getMin()).isLessThanOrEqualTo(1);
        }
    }
}
