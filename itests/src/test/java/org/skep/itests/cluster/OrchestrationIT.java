package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/** What operators do with services all day, and what happens meanwhile; with containers on three managers. */
class OrchestrationIT {

    private static final Duration LONG = Duration.ofMinutes(3);

    @RegisterExtension
    static final Hosts hosts = Hosts.of(3).withEngines();

    private static Swarm swarm;

    @BeforeAll
    static void found() {
        hosts.all().forEach(host -> host.skepd().options("--runtime", "docker"));
        swarm = Swarm.of(hosts.all(), List.of());
    }

    @AfterAll
    static void dissolve() {
        if (swarm != null) {
            swarm.dissolve();
        }
    }

    @AfterEach
    void removeServices() {
        List<String> names = swarm.skep("service ls -q").lines().toList();
        if (!names.isEmpty()) {
            swarm.skep("service rm " + String.join(" ", names));
        }
        Swarm.eventually("no container is left", () -> hosts.all().stream()
                .allMatch(host -> host.engine().docker("ps", "-q").out().isEmpty()));
    }

    private static long containers(String service) {
        return hosts.all().stream()
                .filter(Host::isOn)
                .mapToLong(host -> host.engine()
                        .docker("ps", "-q", "--filter", "label=com.docker.swarm.service.name=" + service)
                        .lines()
                        .size())
                .sum();
    }

    private static Map<String, Long> tasksByNode(String service) {
        return swarm.running(service).stream()
                .collect(Collectors.groupingBy(task -> task.replaceAll(".*@", ""), Collectors.counting()));
    }

    @Test
    void commandsRunInsideTasksOnAnyNode() {
        swarm.skep("service create --name box --mode global --stop-signal KILL --hostname '{{.Node.Hostname}}'"
                + " busybox sleep 100000");
        List<List<String>> tasks = Swarm.table(hosts.get(1), "service ps --no-trunc box", "ID", "Node");

        for (List<String> task : tasks) {
            assertThat(swarm.skep("task exec " + task.get(0) + " hostname").strip())
                    .isEqualTo(task.get(1));
        }
        String far = tasks.stream()
                .filter(task -> task.get(1).equals("host3"))
                .findFirst()
                .orElseThrow()
                .get(0);
        Result failed = hosts.get(1).skep("task exec " + far + " sh -c 'echo out; echo err >&2; exit 7'");
        assertThat(failed.status()).isEqualTo(7);
        assertThat(failed.out()).isEqualTo("out\n");
        assertThat(failed.err()).contains("err");

        String text = "line\n".repeat(200_000);
        Result echoed = hosts.get(2).skepd().shell().run("task exec -i " + far + " cat", text, LONG);
        assertThat(echoed.expectSuccess()).isEqualTo(text);
        assertThat(swarm.leader()
                        .skep("events --since 5m --until 0s --filter type=task --filter event=exec_end")
                        .expectSuccess())
                .contains(far)
                .contains("user=local");
        assertThat(swarm.skep("task stats --no-stream " + far)).contains("box");
        assertThat(hosts.get(1).skep("task exec nosuch true").err()).contains("nosuch");
    }

    @Test
    void logsOfAllTasksComeInTheOrderOfTime() {
        swarm.skep("service create --name clock --mode global --stop-signal KILL busybox"
                + " sh -c 'for i in $(seq 200); do echo tick $i; usleep 5000; done; sleep 100000'");
        Swarm.eventually(
                "all has been said",
                () -> swarm.skep("service logs --raw clock").lines().count() == 600);

        List<String> times = swarm.skep("service logs --timestamps --raw clock")
                .lines()
                .map(line -> line.split(" ")[0])
                .toList();
        assertThat(times).isSorted();
        assertThat(swarm.skep("service logs --raw --grep 'tick 19[0-9]' clock").lines())
                .hasSize(30);
        assertThat(swarm.skep("service logs --raw --tail 5 clock").lines()).hasSize(15);
        String middle = times.get(300);
        assertThat(swarm.skep("service logs --raw --until " + middle + " clock").lines())
                .hasSizeBetween(300, 302);
        assertThat(swarm.skep("service logs --raw --since " + middle + " clock").lines())
                .hasSizeBetween(299, 301);
    }

    @Test
    void aServiceHasAHistoryToGoBackIn() {
        swarm.skep("service create --name web --replicas 2 --update-monitor 0s --rollback-monitor 0s web:v1");
        swarm.skep("service update --image web:v2 web");
        swarm.skep("service update --replicas 3 --env-add MODE=x web");
        swarm.skep("service wait web --for converged --timeout 60s");

        assertThat(swarm.skep("service history web").lines())
                .as("a line for each revision, and one of headings")
                .hasSize(4);
        swarm.skep("service rollback web --to 1");
        swarm.skep("service wait web --for updated --timeout 60s");
        swarm.awaitRunning("web", 2);
        assertThat(swarm.skep("service ps --filter desired-state=running --format '{{.Image}}' web")
                        .lines())
                .containsOnly("web:v1");
        assertThat(swarm.skep("service history web")).contains("rolled back to 1");

        Result never = hosts.get(1).skep("service wait web --for removed --timeout 1s");
        assertThat(never.status()).isEqualTo(1);
        assertThat(never.err().lines()).hasSize(1);
        assertThat(hosts.get(1).skep("service rollback web --to 99").err()).contains("99");
    }

    /** The leader is lost in the middle; its own tasks are not, as it is but its daemon. */
    @Test
    void anUpdateGoesOnWithoutItsLeader() throws InterruptedException {
        swarm.skep("service create --name web --replicas 6 --update-parallelism 1 --update-delay 1s"
                + " --update-monitor 1s --update-order start-first --stop-signal KILL web:v1");
        swarm.awaitRunning("web", 6);
        AtomicBoolean watch = new AtomicBoolean(true);
        List<Long> counts = Collections.synchronizedList(new ArrayList<>());
        Thread watcher = new Thread(() -> {
            while (watch.get()) {
                counts.add(containers("web"));
            }
        });
        watcher.start();
        Host leader;
        try {
            leader = updateWithoutItsLeader();
        } finally {
            watch.set(false);
            watcher.join();
        }
        leader.skepd().start();
        swarm.awaitWhole();

        assertThat(Collections.min(counts)).as("containers at any time").isGreaterThanOrEqualTo(6);
        assertThat(swarm.skep("service ps --filter desired-state=running --format '{{.Image}}' web")
                        .lines())
                .hasSize(6)
                .containsOnly("web:v2");
    }

    /** @return the leader, which was killed on the way */
    private static Host updateWithoutItsLeader() {
        swarm.skep("service update --detach --image web:v2 web");
        Swarm.eventually("the first is new", () -> swarm.skep(
                        "service ps --filter desired-state=running --format '{{.Image}}' web")
                .contains("web:v2"));
        Host leader = swarm.leader();
        leader.skepd().kill();
        Host other =
                hosts.all().stream().filter(host -> host != leader).findFirst().orElseThrow();
        Swarm.eventually(
                "the update is completed", () -> other.skep("service inspect --format '{{.UpdateStatus.State}}' web")
                        .out()
                        .strip()
                        .equals("completed"));
        return leader;
    }

    @Test
    void tasksMoveBackToANodeThatWasAwayWithoutALossOfService() {
        swarm.skep("service create --name web --replicas 6 --stop-signal KILL web:v1");
        swarm.skep("node update --availability drain host3");
        swarm.awaitRunning("web", 6, hosts.get(3));
        swarm.skep("node update --availability active host3");
        assertThat(tasksByNode("web")).isEqualTo(Map.of("host1", 3L, "host2", 3L));

        assertThat(swarm.skep("swarm rebalance --dry-run").lines().filter(line -> line.contains("host3")))
                .hasSize(2);
        assertThat(tasksByNode("web")).hasSize(2);
        swarm.skep("swarm rebalance --max-parallel 1");
        Swarm.eventually(
                "two tasks on each", () -> tasksByNode("web").equals(Map.of("host1", 2L, "host2", 2L, "host3", 2L)));
        assertThat(swarm.skep("swarm rebalance --dry-run")).doesNotContain("web.");
    }

    @Test
    void aTaskThatCrashesIsTriedMoreAndMoreRarely() {
        swarm.skep("service create --detach --name crash --restart-delay 0s busybox false");

        Swarm.eventually("it is called a crash loop", () -> swarm.skep("service ps --no-trunc crash")
                .contains("crash loop, next try in"));
        assertThat(swarm.skep("service explain crash")).contains("crash loop");
        Swarm.eventually(
                "history is kept, but no more",
                () -> swarm.skep("service ps -q crash").lines().count() <= 6);
        swarm.skep("service update --args 'sleep 100000' --stop-signal KILL crash");
        swarm.awaitRunning("crash", 1);
    }

    @Test
    void jobsRunToTheirEndAndAgainWhenForced() {
        swarm.skep("service create --name sums --mode replicated-job --replicas 5 --max-concurrent 2 busybox true");
        assertThat(swarm.skep("service ls --filter name=sums --format '{{.Replicas}}'"))
                .contains("(5/5 completed)");
        swarm.skep("service update --force sums");
        swarm.skep("service create --name survey --mode global-job busybox hostname");
        assertThat(swarm.skep("service ls --filter name=survey --format '{{.Replicas}}'"))
                .contains("(3/3 completed)");
        swarm.skep("service create --detach --name doomed --mode replicated-job --restart-max-attempts 1"
                + " --restart-delay 0s busybox false");
        Swarm.eventually(
                "it has been tried twice",
                () -> swarm.skep("service ps --format '{{.CurrentState}}' doomed")
                                .lines()
                                .filter(state -> state.startsWith("Failed"))
                                .count()
                        == 2);
    }

    @Test
    void aThousandServicesAtOnceWaitWithAReasonAndGoAgain() {
        String batch = IntStream.range(0, 1000)
                .mapToObj(i ->
                        "service create --detach --name s%d --constraint node.labels.room==yes web:v1%n".formatted(i))
                .collect(Collectors.joining());
        hosts.get(2).skepd().shell().run("source -", batch, LONG).expectSuccess();

        assertThat(swarm.skep("service ls -q").lines()).hasSize(1000);
        Swarm.eventually(
                "the last one has a reason", () -> swarm.skep("service ps --no-trunc --format '{{.Error}}' s999")
                        .contains("scheduling constraints not satisfied on 3 nodes"));
        swarm.skep("service rm s0 s1 s2");
        String removal = IntStream.range(3, 1000)
                .mapToObj(i -> "service rm s%d%n".formatted(i))
                .collect(Collectors.joining());
        hosts.get(3).skepd().shell().run("source -", removal, LONG).expectSuccess();
        assertThat(swarm.skep("service ls -q")).isBlank();
    }

    @Test
    void tasksWithoutRoomRunAsSoonAsThereIsSome() {
        swarm.skep(
                "service create --detach --name web --replicas 4 --replicas-max-per-node 1 --stop-signal KILL web:v1");
        swarm.awaitRunning("web", 3);
        Swarm.eventually("the fourth has a reason", () -> swarm.skep("service ps --no-trunc --format '{{.Error}}' web")
                .contains("max replicas per node limit exceeded on 3 nodes"));
        swarm.skep("service update --detach --replicas-max-per-node 2 web");
        swarm.awaitRunning("web", 4);
    }

    @Test
    void whoIgnoresItsEndIsKilledWhenItsTimeIsOver() {
        swarm.skep("service create --name deaf --replicas 2 --stop-grace-period 2s busybox"
                + " sh -c 'trap : TERM; while :; do sleep 1; done'");
        swarm.skep("service scale deaf=0");
        Swarm.eventually("all are gone", () -> containers("deaf") == 0);
    }
}
