package org.skep.itests.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;

/** A cluster manager to be measured. What it is told, it has done when the call returns, unless said otherwise. */
public abstract class Contender {

    /** Runs one of the commands that all contenders have. */
    public abstract Result run(Host asked, List<String> words);

    /** Makes its daemon run on a host that is on, and waits until it answers. */
    public abstract void start(Host host);

    /** Creates a small object; false if that was refused. */
    public abstract boolean write(Host asked, String name);

    /** Creates objects in so many sessions at once, each one after the other. */
    public abstract void writeMany(Host asked, String prefix, int sessions, int each);

    /** What {@code service create} needs besides, so that no more is measured than the creation. */
    public abstract List<String> flagsOfServices();

    /** PIDs, on the machine, of what runs on the host for it even when there is nothing to do. */
    public abstract Set<Long> processes(Host host);

    private Result run(Host asked, String... words) {
        return run(asked, List.of(words));
    }

    public final void init(Host host) {
        run(host, "swarm", "init", "--advertise-addr", host.address()).expectSuccess();
    }

    /** Returns when the node itself says that it has joined. */
    public final void join(Host host, Host manager, boolean asManager) {
        String token = run(manager, "swarm", "join-token", "-q", asManager ? "manager" : "worker")
                .expectSuccess()
                .strip();
        run(host, "swarm", "join", "--token", token, manager.address()).expectSuccess();
    }

    public final void leave(Host host) {
        run(host, "swarm", "leave", "--force");
    }

    public final void promote(Host asked, Host node) {
        run(asked, "node", "promote", node.name()).expectSuccess();
    }

    public final void demote(Host asked, Host node) {
        run(asked, "node", "demote", node.name()).expectSuccess();
    }

    /** Removes what is known of a node that is gone. */
    public final void forget(Host asked, Host node) {
        run(asked, "node", "demote", node.name());
        run(asked, "node", "rm", "--force", node.name());
    }

    private String node(Host asked, Host node, String column) {
        Result result = run(asked, "node", "ls", "--filter", "name=" + node, "--format", "{{." + column + "}}");
        return result.status() == 0 ? result.out().strip() : "";
    }

    public final boolean ready(Host asked, Host node) {
        return node(asked, node, "Status").equals("Ready");
    }

    /** Whether the node is seen as a manager that takes part. */
    public final boolean reachable(Host asked, Host node) {
        return Set.of("Reachable", "Leader").contains(node(asked, node, "ManagerStatus"));
    }

    public final boolean manager(Host asked, Host node) {
        return !node(asked, node, "ManagerStatus").isEmpty();
    }

    public final boolean leads(Host asked, Host node) {
        return node(asked, node, "ManagerStatus").equals("Leader");
    }

    /** Does not wait for its tasks. */
    public final void createService(Host asked, String name, int replicas, String... flags) {
        List<String> words = new ArrayList<>(List.of("service", "create", "--detach", "--name", name));
        words.addAll(flagsOfServices());
        words.addAll(List.of(flags));
        words.addAll(List.of("--replicas", Integer.toString(replicas), "--stop-signal", "KILL"));
        words.addAll(List.of("busybox", "sleep", "100000"));
        run(asked, words).expectSuccess();
    }

    /** {@code service WORD...} */
    public final void service(Host asked, String... words) {
        List<String> line = new ArrayList<>(List.of("service"));
        line.addAll(List.of(words));
        run(asked, line).expectSuccess();
    }

    /** The state of the service's last update, in lower case; empty if there is none. */
    public final String updateState(Host asked, String service) {
        Result result = run(
                asked, "service", "inspect", "--format", "{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}", service);
        return result.status() == 0 ? result.out().strip() : "";
    }

    public final void removeService(Host asked, String name) {
        run(asked, "service", "rm", name).expectSuccess();
    }

    /** Names of the hosts of the tasks that should run and do, one for each task. */
    public final List<String> running(Host asked, String service) {
        return running(asked, service, "Node");
    }

    /** IDs of the tasks that should run and do. */
    public final List<String> runningTasks(Host asked, String service) {
        return running(asked, service, "ID");
    }

    private List<String> running(Host asked, String service, String column) {
        Result listing = run(
                asked,
                "service",
                "ps",
                "--filter",
                "desired-state=running",
                "--format",
                "{{." + column + "}} {{.CurrentState}}",
                service);
        return listing.status() != 0
                ? List.of()
                : listing.lines().stream()
                        .filter(line -> line.contains(" Running"))
                        .map(line -> line.split(" ")[0])
                        .toList();
    }
}
