package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/** Workers that die, vanish, stand still and return, and managers that do so while workers work. */
class WorkersIT {

    private static final int REPLICAS = 6;
    private static final String SLEEP = "sleep 90003";

    @RegisterExtension
    static final Hosts hosts = Hosts.of(5);

    private static Swarm swarm;

    private final Host worker = hosts.get(4);
    private final Host other = hosts.get(5);

    private Set<String> before;

    @BeforeAll
    static void found() {
        swarm = Swarm.of(hosts.all().subList(0, 3), hosts.all().subList(3, 5));
        swarm.managers().forEach(manager -> swarm.skep("node update --availability drain " + manager));
    }

    @BeforeEach
    void serve() {
        swarm.skep("service create -d --name work --replicas " + REPLICAS + " any " + SLEEP);
        before = swarm.awaitRunning("work", REPLICAS);
    }

    @AfterEach
    void allIsWellAgain() {
        hosts.all().stream().filter(host -> !host.isOn()).forEach(Host::powerOn);
        hosts.all().stream().filter(host -> !host.skepd().running()).forEach(host -> host.skepd()
                .start());
        hosts.heal();
        swarm.workers().forEach(node -> swarm.skep("node update --availability active " + node));
        swarm.awaitWhole();
        swarm.skep("service rm work");
        Swarm.eventually("no process is left", () -> processes() == 0);
    }

    @AfterAll
    static void dissolve() {
        if (swarm != null) {
            swarm.dissolve();
        }
    }

    private static int processes() {
        return hosts.all().stream()
                .filter(Host::isOn)
                .mapToInt(host -> Swarm.processes(host, SLEEP))
                .sum();
    }

    private void awaitDown() {
        Swarm.eventually(worker + " is down", () -> Swarm.status(swarm.anyManager(), worker)
                .equals("Down"));
    }

    private void awaitOneProcessForEachTask() {
        swarm.awaitWhole();
        swarm.awaitRunning("work", REPLICAS);
        Swarm.eventually("no task runs twice", () -> processes() == REPLICAS);
    }

    @Test
    void tasksOfAHostWithoutPowerRunElsewhereAndItReturns() {
        long begin = System.nanoTime();
        worker.powerOff();
        swarm.awaitRunning("work", REPLICAS, worker);
        System.out.printf("worker lost: replaced after %.1f s%n", (System.nanoTime() - begin) / 1e9);
        assertThat(Swarm.status(swarm.anyManager(), worker)).isEqualTo("Down");

        worker.powerOn();
        worker.skepd().start();

        awaitOneProcessForEachTask();
    }

    @Test
    void aHostThatIsCutOffKeepsItsTasksUntilItIsBack() {
        int here = Swarm.processes(worker, SLEEP);
        assertThat(here).isPositive();
        worker.unplug();
        swarm.awaitRunning("work", REPLICAS, worker);

        assertThat(Swarm.processes(worker, SLEEP)).isEqualTo(here);

        worker.plugIn();
        awaitOneProcessForEachTask();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFirewallThatLosesOneDirectionLeavesNoTaskTwice(boolean whatTheWorkerSays) {
        for (Host manager : swarm.managers()) {
            if (whatTheWorkerSays) {
                worker.dropTo(manager);
            } else {
                manager.dropTo(worker);
            }
        }
        swarm.awaitRunning("work", REPLICAS, worker);

        hosts.heal();
        awaitOneProcessForEachTask();
    }

    @Test
    void aFrozenDaemonIsDownAndItsTasksRunElsewhere() {
        worker.skepd().freeze();
        try {
            awaitDown();
            swarm.awaitRunning("work", REPLICAS, worker);
        } finally {
            worker.skepd().thaw();
        }
        awaitOneProcessForEachTask();
    }

    @Test
    void aDaemonThatIsRestartedKeepsItsTasks() {
        worker.skepd().kill();
        worker.skepd().start();
        swarm.awaitWhole();
        other.skepd().stop();
        other.skepd().start();
        swarm.awaitWhole();

        assertThat(swarm.awaitRunning("work", REPLICAS)).isEqualTo(before);
        assertThat(Swarm.table(swarm.anyManager(), "service ps work", "ID")).hasSize(REPLICAS);
    }

    @Test
    void workersMoveToAnotherManagerAndNoTaskNotices() {
        for (Host manager : swarm.managers()) {
            manager.skepd().kill();
            Swarm.eventually("workers are ready", () -> swarm.workers().stream()
                    .allMatch(node -> Swarm.status(swarm.leader(), node).equals("Ready")));
            manager.skepd().start();
            swarm.awaitWhole();
        }
        assertThat(swarm.awaitRunning("work", REPLICAS)).isEqualTo(before);
        assertThat(Swarm.table(swarm.anyManager(), "service ps work", "ID")).hasSize(REPLICAS);
    }

    @Test
    void tasksGoOnWhileAllManagersAreAway() {
        swarm.managers().forEach(Host::unplug);
        for (int i = 0; i < 2; i++) {
            // longer than heartbeats may be missed
            worker.run("sleep", "10");
        }
        assertThat(processes()).isEqualTo(REPLICAS);
        swarm.managers().forEach(Host::plugIn);

        awaitOneProcessForEachTask();
        assertThat(swarm.awaitRunning("work", REPLICAS)).isEqualTo(before);
    }

    @Test
    void drainWaitsUntilTheNodeIsEmpty() {
        Result drained = swarm.anyManager().skep("node drain " + worker + " --wait --timeout 60s");

        assertThat(drained.status()).as(drained.err()).isZero();
        assertThat(Swarm.processes(worker, SLEEP)).isZero();
        swarm.awaitRunning("work", REPLICAS, worker);
    }

    @Test
    void aPausedNodeKeepsWhatItHasAndGetsNothing() {
        swarm.skep("node update --availability pause " + worker);
        swarm.skep("service scale -d work=" + (REPLICAS + 4));

        Set<String> tasks = swarm.awaitRunning("work", REPLICAS + 4);
        assertThat(tasks).containsAll(before);
        assertThat(tasks.stream().filter(task -> task.endsWith("@" + worker.name())))
                .containsExactlyInAnyOrderElementsOf(before.stream()
                        .filter(task -> task.endsWith("@" + worker.name()))
                        .toList());
    }

    @Test
    void logsOfTheOthersComeWhenANodeIsGone() {
        swarm.skep("service create -d --name talk --mode global any sh -c 'echo hello; sleep 90004'");
        swarm.awaitRunning("talk", 2);
        worker.powerOff();
        awaitDown();

        long begin = System.nanoTime();
        Result logs = swarm.anyManager().skep("service logs talk");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(logs.out()).contains("hello").contains(other.name());
        assertThat(logs.err()).contains(worker.name());
        swarm.skep("service rm talk");
    }

    @Test
    void aNodeThatIsUpIsNotRemovedAndOneThatIsDownIs() {
        Result refused = swarm.anyManager().skep("node rm " + worker);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err().lines()).hasSizeLessThanOrEqualTo(2);

        worker.powerOff();
        awaitDown();
        swarm.skep("node rm " + worker);
        assertThat(Swarm.status(swarm.anyManager(), worker)).isEmpty();

        worker.powerOn();
        worker.skepd().start();
        assertThat(List.of("", "Down"))
                .as("what was removed is not let in again")
                .contains(Swarm.status(swarm.anyManager(), worker));
        worker.skep("swarm leave --force").expectSuccess();
        worker.skep("swarm join --token %s %s:2377"
                        .formatted(swarm.token("worker"), swarm.anyManager().address()))
                .expectSuccess();
    }
}
