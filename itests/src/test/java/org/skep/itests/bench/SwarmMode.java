package org.skep.itests.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;

/** Docker's own swarm mode, through its client; writes go through its API, so that no client has to start for each. */
final class SwarmMode implements Contender {

    @Override
    public void start(Host host) {
        host.engine().awaitAnswer();
    }

    @Override
    public void init(Host host) {
        host.engine()
                .docker("swarm", "init", "--advertise-addr", host.address())
                .expectSuccess();
    }

    @Override
    public void join(Host host, Host manager, boolean asManager) {
        String token = manager.engine()
                .docker("swarm", "join-token", "-q", asManager ? "manager" : "worker")
                .expectSuccess()
                .strip();
        host.engine()
                .docker("swarm", "join", "--token", token, manager.address())
                .expectSuccess();
    }

    @Override
    public void leave(Host host) {
        host.engine().docker("swarm", "leave", "--force");
    }

    @Override
    public void promote(Host asked, Host node) {
        asked.engine().docker("node", "promote", node.name()).expectSuccess();
    }

    @Override
    public void demote(Host asked, Host node) {
        asked.engine().docker("node", "demote", node.name()).expectSuccess();
    }

    @Override
    public void forget(Host asked, Host node) {
        asked.engine().docker("node", "demote", node.name());
        asked.engine().docker("node", "rm", "--force", node.name());
    }

    private static String node(Host asked, Host node, String column) {
        Result result =
                asked.engine().docker("node", "ls", "--filter", "name=" + node, "--format", "{{." + column + "}}");
        return result.status() == 0 ? result.out().strip() : "";
    }

    @Override
    public boolean ready(Host asked, Host node) {
        return node(asked, node, "Status").equals("Ready");
    }

    @Override
    public boolean reachable(Host asked, Host node) {
        return Set.of("Reachable", "Leader").contains(node(asked, node, "ManagerStatus"));
    }

    @Override
    public boolean manager(Host asked, Host node) {
        return !node(asked, node, "ManagerStatus").isEmpty();
    }

    @Override
    public boolean leads(Host asked, Host node) {
        return node(asked, node, "ManagerStatus").equals("Leader");
    }

    @Override
    public boolean write(Host asked, String name) {
        return send(asked, name, 1).status() == 0;
    }

    @Override
    public void writeMany(Host asked, String prefix, int sessions, int each) {
        Sessions.run(
                sessions, session -> send(asked, prefix + "-" + session, each).expectSuccess());
    }

    /** Creates configs over one connection. */
    private static Result send(Host asked, String prefix, int count) {
        String requests = IntStream.range(0, count)
                .mapToObj(i -> ("unix-socket = \"/run/docker.sock\"%nurl = \"http://d/configs/create\"%n"
                                + "header = \"Content-Type: application/json\"%nfail%nsilent%noutput = \"/dev/null\"%n"
                                + "data = \"{\\\"Name\\\": \\\"%s-%d\\\", \\\"Data\\\": \\\"eA==\\\"}\"%n")
                        .formatted(prefix, i))
                .collect(Collectors.joining("next\n"));
        return asked.run(requests.getBytes(StandardCharsets.UTF_8), Duration.ofMinutes(5), List.of("curl", "-K", "-"));
    }

    @Override
    public void createService(Host asked, String name, int replicas) {
        asked.engine()
                .docker(
                        "service",
                        "create",
                        "--no-resolve-image",
                        "--detach",
                        "--name",
                        name,
                        "--replicas",
                        Integer.toString(replicas),
                        "--stop-signal",
                        "KILL",
                        "busybox",
                        "sleep",
                        "100000")
                .expectSuccess();
    }

    @Override
    public void removeService(Host asked, String name) {
        asked.engine().docker("service", "rm", name).expectSuccess();
    }

    @Override
    public List<String> running(Host asked, String service) {
        Result result = asked.engine()
                .docker(
                        "service",
                        "ps",
                        "--filter",
                        "desired-state=running",
                        "--format",
                        "{{.Node}} {{.CurrentState}}",
                        service);
        return Sessions.running(result);
    }

    @Override
    public Set<Long> processes(Host host) {
        return Set.of(host.engine().pid());
    }
}
