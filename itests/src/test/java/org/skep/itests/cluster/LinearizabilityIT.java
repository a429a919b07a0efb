package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.Commands.Result;
import org.skep.itests.cluster.Operation.Answer;
import org.skep.itests.cluster.Operation.Kind;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/**
 * Whichever manager is asked, and whatever fails meanwhile: the Control API answers as if there were one copy of the state.
 * Registers are configs (created, removed, read) and labels of services (written, read).
 */
class LinearizabilityIT {

    private static final int REGISTERS = 3;
    private static final int ENOUGH = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final Hosts hosts = Hosts.of(3);

    private static Swarm swarm;

    private final List<Operation> history = new CopyOnWriteArrayList<>();
    private final long begin = System.nanoTime();
    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeAll
    static void found() {
        swarm = Swarm.of(hosts.all(), List.of());
        for (int i = 0; i < REGISTERS; i++) {
            swarm.skep("service create -d --replicas 0 --name label" + i + " any true");
        }
    }

    @AfterAll
    static void dissolve() {
        if (swarm != null) {
            swarm.dissolve();
        }
    }

    @Test
    void whatClientsSeeCanBeExplained() throws InterruptedException {
        long seed = System.nanoTime();
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            int number = client;
            Random random = new Random(seed + client);
            Thread thread = new Thread(() -> work(number, hosts.get(1 + number % 3), random));
            thread.start();
            clients.add(thread);
        }
        try {
            makeTrouble();
        } finally {
            over.countDown();
        }
        for (Thread client : clients) {
            client.join();
        }
        swarm.awaitWhole();
        Swarm.awaitSameState(swarm.managers());

        long unknown =
                history.stream().filter(o -> o.answer() == Answer.UNKNOWN).count();
        System.out.printf("%d operations, %d of them without an answer%n", history.size(), unknown);
        assertThat(history.size() - unknown).as("operations with an answer").isGreaterThan(100);
        assertThat(Linearizability.violation(history).map(operations -> operations.stream()
                        .map(Operation::toString)
                        .collect(Collectors.joining("\n", "seed " + seed + "\n", ""))))
                .isEmpty();
    }

    private void makeTrouble() {
        calm();
        Host leader = swarm.leader();
        leader.skepd().kill();
        calm();
        leader.skepd().start();
        calm();

        hosts.partition(List.of(swarm.leader()));
        calm();
        calm();
        hosts.heal();
        calm();

        Host frozen = swarm.leader();
        frozen.skepd().freeze();
        calm();
        calm();
        frozen.skepd().thaw();
        calm();

        Host deaf = swarm.leader();
        swarm.followers().forEach(follower -> follower.dropTo(deaf));
        calm();
        calm();
        hosts.heal();
        calm();
    }

    /** Until the clients have seen enough of the swarm as it is now. */
    private void calm() {
        long since = System.nanoTime() - begin;
        await("operations that began and were answered since")
                .atMost(Duration.ofSeconds(60))
                .until(() -> history.stream()
                                .filter(o -> o.called() > since && o.answer() != Answer.UNKNOWN)
                                .count()
                        >= ENOUGH);
    }

    private void work(int client, Host host, Random random) {
        for (int i = 0; over.getCount() > 0; i++) {
            String value = client + "-" + i;
            int register = random.nextInt(REGISTERS);
            String config = "config" + register;
            String label = "label" + register;
            switch (random.nextInt(5)) {
                case 0 -> note(client, host, config, Kind.CREATE, value, "config create " + config + " -");
                case 1 -> note(client, host, config, Kind.REMOVE, null, "config rm " + config);
                case 2 -> note(client, host, config, Kind.READ, null, "config inspect --pretty " + config);
                case 3 ->
                    note(
                            client,
                            host,
                            label,
                            Kind.WRITE,
                            value,
                            "service update -d --label-add v=" + value + " " + label);
                default ->
                    note(
                            client,
                            host,
                            label,
                            Kind.READ,
                            null,
                            "service inspect --format 'value={{.Spec.Labels.v}}' " + label);
            }
        }
    }

    private void note(int client, Host host, String register, Kind kind, String value, String line) {
        long called = System.nanoTime() - begin;
        Result result = null;
        try {
            result = host.skepd().shell().run(line, kind == Kind.CREATE ? value : "", PATIENCE);
        } catch (AssertionError | RuntimeException noAnswer) {
            // stays without one
        }
        long answered = System.nanoTime() - begin;
        Answer answer = answer(kind, result);
        if (answer == Answer.UNKNOWN) {
            if (kind != Kind.READ) {
                history.add(new Operation(client, register, kind, value, answer, called, Operation.NEVER));
            }
            pause();
            return;
        }
        history.add(new Operation(
                client, register, kind, kind == Kind.READ ? read(result) : value, answer, called, answered));
    }

    /** Only an answer that says why is one; any other failure may have happened after the change was made. */
    private static Answer answer(Kind kind, Result result) {
        if (result == null) {
            return Answer.UNKNOWN;
        }
        if (result.status() == 0) {
            return Answer.DONE;
        }
        boolean absent = result.err().contains("no such config");
        if (kind == Kind.READ && absent) {
            return Answer.DONE;
        }
        boolean refused = kind == Kind.REMOVE ? absent : result.err().contains("already");
        return refused ? Answer.REFUSED : Answer.UNKNOWN;
    }

    private static String read(Result result) {
        return result.lines().stream()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .filter(line -> result.status() == 0)
                .map(line -> line.replaceFirst("^value=", "").strip())
                .filter(line -> !line.isEmpty() && !line.equals("<no value>"))
                .orElse(null);
    }

    /** A manager that answers nothing is not asked without a break, unless the test is over. */
    private void pause() {
        try {
            over.await(50, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
