package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;

/** A swarm of some hosts, driven as an operator does: by lines of the shell. */
final class Swarm {

    static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Host> managers = new ArrayList<>();
    private final List<Host> workers = new ArrayList<>();

    private Swarm(Host first) {
        managers.add(first);
    }

    /** Starts the daemons that do not run, and makes them one swarm. */
    static Swarm of(List<Host> managers, List<Host> workers) {
        List<Host> all = new ArrayList<>(managers);
        all.addAll(workers);
        all.stream().filter(host -> !host.skepd().running()).forEach(host -> host.skepd()
                .launch());
        all.forEach(host -> host.skepd().awaitReady());
        managers.get(0).skep("swarm init").expectSuccess();
        Swarm swarm = new Swarm(managers.get(0));
        managers.subList(1, managers.size()).forEach(swarm::joinManager);
        workers.forEach(swarm::joinWorker);
        swarm.awaitWhole();
        return swarm;
    }

    /** Ends the swarm: every daemon that runs leaves it, and is stopped. */
    void dissolve() {
        List<Host> all = new ArrayList<>(workers);
        all.addAll(managers);
        for (Host host : all) {
            if (host.isOn() && host.skepd().running()) {
                host.skep("swarm leave --force");
                host.skepd().stop();
            }
        }
    }

    List<Host> managers() {
        return List.copyOf(managers);
    }

    List<Host> workers() {
        return List.copyOf(workers);
    }

    void joinManager(Host host) {
        join(host, "manager");
        managers.add(host);
    }

    void joinWorker(Host host) {
        join(host, "worker");
        workers.add(host);
    }

    /** On a loaded machine it may go on in the background. */
    private void join(Host host, String role) {
        String manager = anyManager().address();
        Result joined = host.skep("swarm join --token %s %s:2377".formatted(token(role), manager));
        if (!joined.err().contains("in the background")) {
            joined.expectSuccess();
        }
    }

    String token(String role) {
        return skep("swarm join-token -q " + role).strip();
    }

    /** A manager whose daemon runs. */
    Host anyManager() {
        return managers.stream()
                .filter(host -> host.isOn() && host.skepd().running())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no manager is left"));
    }

    /** Runs a line, which must succeed, at a manager. */
    String skep(String line) {
        return anyManager().skep(line).expectSuccess();
    }

    /** Lines of a listing, with the columns of the template between tabs. */
    static List<List<String>> table(Host host, String command, String... columns) {
        String format = List.of(columns).stream().map(c -> "{{." + c + "}}").collect(Collectors.joining("\\t"));
        return host.skep(command + " --format '" + format + "'")
                .expectSuccess()
                .lines()
                .map(line -> List.of(line.split("\t", -1)))
                .toList();
    }

    private static Optional<String> column(Host asked, Host wanted, String column) {
        return table(asked, "node ls", "Hostname", column).stream()
                .filter(row -> row.get(0).equals(wanted.name()))
                .map(row -> row.get(1))
                .findFirst();
    }

    /** What {@code node ls} at {@code asked} says, such as {@code Ready}; empty if the node is not there. */
    static String status(Host asked, Host node) {
        return column(asked, node, "Status").orElse("");
    }

    /** {@code Leader}, {@code Reachable}, {@code Unreachable}, or empty for a worker. */
    static String managerStatus(Host asked, Host node) {
        return column(asked, node, "ManagerStatus").orElse("");
    }

    /** The leader as the manager sees it; empty if it sees none, or does not answer. */
    static Optional<String> leader(Host asked) {
        Result result = asked.skep("node ls --format '{{.Hostname}}\\t{{.ManagerStatus}}'");
        return result.status() == 0
                ? result.lines().stream()
                        .filter(line -> line.endsWith("\tLeader"))
                        .map(line -> line.split("\t")[0])
                        .findFirst()
                : Optional.empty();
    }

    /** The leader, once one of {@code asked} sees one. */
    Host leader(Collection<Host> asked) {
        String name = awaiting("a leader", () -> asked.stream()
                        .filter(host -> host.isOn() && host.skepd().running())
                        .flatMap(host -> leader(host).stream())
                        .findFirst()
                        .or(() -> {
                            throw new AssertionError(lastAnswers(asked));
                        }))
                .orElseThrow();
        return managers.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String lastAnswers(Collection<Host> asked) {
        return asked.stream()
                .map(host -> host + ": " + host.skepd().shell().last())
                .collect(Collectors.joining("\n"));
    }

    Host leader() {
        return leader(managers);
    }

    List<Host> followers() {
        Host leader = leader();
        return managers.stream().filter(host -> host != leader).toList();
    }

    /** Waits until every node is ready, and every manager can be reached. */
    void awaitWhole() {
        List<Host> all = new ArrayList<>(managers);
        all.addAll(workers);
        eventually("all nodes are ready", () -> {
            List<List<String>> nodes = table(anyManager(), "node ls", "Hostname", "Status", "ManagerStatus");
            assertThat(nodes).hasSameSizeAs(all).allMatch(row -> row.get(1).equals("Ready"));
            assertThat(nodes.stream()
                            .filter(row -> Set.of("Leader", "Reachable").contains(row.get(2)))
                            .map(row -> row.get(0)))
                    .as("managers that take part, of " + nodes)
                    .containsExactlyInAnyOrderElementsOf(
                            managers.stream().map(Host::name).toList());
            return true;
        });
    }

    /** IDs and hosts of the tasks that should run and do. */
    static Set<String> running(Host asked, String service) {
        return table(
                        asked,
                        "service ps --no-trunc --filter desired-state=running " + service,
                        "ID",
                        "Node",
                        "CurrentState")
                .stream()
                .filter(row -> row.get(2).startsWith("Running"))
                .map(row -> row.get(0) + "@" + row.get(1))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    Set<String> running(String service) {
        return running(anyManager(), service);
    }

    /** Waits until so many tasks of a service run, on hosts that are not among those excluded. */
    Set<String> awaitRunning(String service, int replicas, Host... excluded) {
        Set<String> without =
                List.of(excluded).stream().map(h -> "@" + h.name()).collect(Collectors.toSet());
        return awaiting(replicas + " tasks of " + service + " run", () -> Optional.of(running(service))
                        .filter(tasks -> tasks.size() == replicas)
                        .filter(tasks -> tasks.stream()
                                .noneMatch(task -> without.stream().anyMatch(task::endsWith))))
                .orElseThrow();
    }

    /** How many processes there are on a host whose command line contains the text. */
    static int processes(Host host, String text) {
        return (int) host.run("ps", "-eo", "args").lines().stream()
                .filter(line -> line.startsWith(text))
                .count();
    }

    /** {@code swarm status}, of the manager asked alone. */
    static JsonNode state(Host asked) {
        try {
            return JSON.readTree(asked.skep("swarm status --format json").expectSuccess());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until the managers have the same state to the last bit. */
    static void awaitSameState(Collection<Host> managers) {
        eventually("all managers have one state", () -> {
            Set<String> copies = new LinkedHashSet<>();
            for (Host manager : managers) {
                JsonNode state = state(manager);
                copies.add(state.required("StateIndex").asLong() + " "
                        + state.required("StateDigest").asText());
            }
            assertThat(copies).hasSize(1);
            return true;
        });
    }

    /** Every manager has the same state, and in it the configs of these names and IDs, each name once. */
    void assertKept(Map<String, String> acknowledged) {
        awaitSameState(managers);
        for (Host manager : managers) {
            List<List<String>> rows = table(manager, "config ls", "Name", "ID");
            assertThat(rows.stream().map(row -> row.get(0)))
                    .as("configs at " + manager)
                    .doesNotHaveDuplicates();
            assertThat(rows.stream().collect(Collectors.toMap(row -> row.get(0), row -> row.get(1))))
                    .as("configs at " + manager)
                    .containsAllEntriesOf(acknowledged);
        }
    }

    /** Waits for what may fail while it is not yet so. */
    static void eventually(String what, Supplier<Boolean> condition) {
        awaiting(what, () -> condition.get() ? Optional.of(true) : Optional.empty());
    }

    static <T> Optional<T> awaiting(String what, Supplier<Optional<T>> value) {
        AtomicReference<String> reason = new AtomicReference<>("");
        try {
            return await(what)
                    .atMost(DEADLINE)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> attempt(value, reason), Optional::isPresent);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not within %d s: %s%n%s".formatted(DEADLINE.toSeconds(), what, reason.get()), e);
        }
    }

    /** A command that fails is asked again: why it failed last is in the message of the one that gives up. */
    private static <T> Optional<T> attempt(Supplier<Optional<T>> value, AtomicReference<String> reason) {
        try {
            reason.set("");
            return value.get();
        } catch (AssertionError | RuntimeException notYet) {
            reason.set(notYet.getMessage());
            return Optional.empty();
        }
    }
}
