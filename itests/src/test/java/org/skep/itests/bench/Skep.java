package org.skep.itests.bench;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;

/** Skep with the docker runtime, through its shell. */
final class Skep implements Contender {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public void start(Host host) {
        if (!host.skepd().running()) {
            host.skepd().options("--runtime", "docker").start();
        }
        host.skep("version").expectSuccess(); // the first opens the connection that the others use
    }

    @Override
    public void init(Host host) {
        host.skep("swarm init").expectSuccess();
    }

    @Override
    public void join(Host host, Host manager, boolean asManager) {
        String token = manager.skep("swarm join-token -q " + (asManager ? "manager" : "worker"))
                .expectSuccess()
                .strip();
        host.skep("swarm join --token " + token + " " + manager.address()).expectSuccess();
    }

    @Override
    public void leave(Host host) {
        host.skep("swarm leave --force");
    }

    @Override
    public void promote(Host asked, Host node) {
        asked.skep("node promote " + node).expectSuccess();
    }

    @Override
    public void demote(Host asked, Host node) {
        asked.skep("node demote " + node).expectSuccess();
    }

    @Override
    public void forget(Host asked, Host node) {
        asked.skep("node demote " + node);
        asked.skep("node rm --force " + node);
    }

    private static String node(Host asked, Host node, String column) {
        Result result = asked.skep("node ls --filter name=" + node + " --format '{{." + column + "}}'");
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
        return asked.skepd()
                        .shell()
                        .run("config create " + name + " -", "x", PATIENCE)
                        .status()
                == 0;
    }

    @Override
    public void writeMany(Host asked, String prefix, int sessions, int each) {
        Sessions.run(sessions, session -> {
            String lines = IntStream.range(0, each)
                    .mapToObj(i -> "volume create %s-%d-%d%n".formatted(prefix, session, i))
                    .collect(Collectors.joining());
            List<String> ssh = new ArrayList<>(asked.skepd().shell().ssh("source -"));
            ssh.replaceAll(word -> word.equals("ControlMaster=auto") ? "ControlMaster=no" : word);
            ssh.replaceAll(word -> word.startsWith("ControlPath=") ? "ControlPath=none" : word);
            asked.run(lines.getBytes(StandardCharsets.UTF_8), Duration.ofMinutes(5), ssh)
                    .expectSuccess();
        });
    }

    @Override
    public void createService(Host asked, String name, int replicas) {
        asked.skep("service create -d --name %s --replicas %d --stop-signal KILL busybox sleep 100000"
                        .formatted(name, replicas))
                .expectSuccess();
    }

    @Override
    public void removeService(Host asked, String name) {
        asked.skep("service rm " + name).expectSuccess();
    }

    @Override
    public List<String> running(Host asked, String service) {
        Result result = asked.skep(
                "service ps --filter desired-state=running --format '{{.Node}} {{.CurrentState}}' " + service);
        return Sessions.running(result);
    }

    @Override
    public Set<Long> processes(Host host) {
        return Set.of(host.skepd().pid());
    }
}
