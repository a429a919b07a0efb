package org.skep.shell.commands.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.skep.api.SkepException;
import org.skep.control.Clusters;
import org.skep.control.Configs;
import org.skep.control.Control;
import org.skep.control.Events;
import org.skep.control.Images;
import org.skep.control.Logs;
import org.skep.control.Networks;
import org.skep.control.Nodes;
import org.skep.control.Reach;
import org.skep.control.Registries;
import org.skep.control.ServiceChanges;
import org.skep.control.Services;
import org.skep.control.Tasks;
import org.skep.control.Volumes;
import org.skep.protocol.Annotations;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.protocol.LogMessage;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.RaftMemberStatus;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;

/** A swarm of lists: what commands ask for is found in them, what commands change is put into them. */
public final class FakeControl implements Control {

    public final List<Service> services = new ArrayList<>();
    public final List<Revision> revisions = new ArrayList<>();
    public final List<Task> tasks = new ArrayList<>();
    /** Why no node changes its role; empty if they do at once. */
    public String obstacle = "";

    public final List<Node> nodes = new ArrayList<>();
    public final List<Network> networks = new ArrayList<>();
    public final List<Volume> volumes = new ArrayList<>();
    public final List<Config> configs = new ArrayList<>();
    public final List<LogMessage> logs = new ArrayList<>();
    public final List<String> logWarnings = new ArrayList<>();
    public final List<String> rolledBack = new ArrayList<>();
    public final List<Events.Event> events = new ArrayList<>();
    public final FakeCluster cluster = new FakeCluster();
    public final FakeReach reach = new FakeReach();
    public final FakeRegistries registries = new FakeRegistries();
    public Optional<Instant> eventsSince = Optional.empty();
    public Logs.Query logQuery;
    public String logSource = "";
    /** How many updates will be told that someone else was faster. */
    public int conflicts;

    public ServiceChanges changes = id -> {
        throw new AssertionError("nobody should wait for " + id);
    };

    private static <T> T find(
            String kind, List<T> objects, String reference, Function<T, String> id, Function<T, String> name) {
        return objects.stream()
                .filter(object ->
                        id.apply(object).equals(reference) || name.apply(object).equals(reference))
                .findFirst()
                .orElseThrow(() -> SkepException.user("NOT_FOUND", "no such " + kind + ": " + reference, ""));
    }

    private static <T> String name(T object, Function<T, Annotations> annotations) {
        return annotations.apply(object).getName();
    }

    @Override
    public Services services() {
        return new Services() {
            @Override
            public List<Service> list() {
                return services;
            }

            @Override
            public Service get(String reference) {
                return find("service", services, reference, Service::getId, service -> service.getSpec()
                        .getAnnotations()
                        .getName());
            }

            @Override
            public Service create(ServiceSpec spec, Requester by) {
                Service service = Fakes.service(spec.getAnnotations().getName(), 1).toBuilder()
                        .setSpec(spec)
                        .build();
                services.add(service);
                return service;
            }

            @Override
            public Service update(String id, long version, ServiceSpec spec, Requester by) {
                if (conflicts-- > 0) {
                    throw SkepException.state("OUT_OF_SEQUENCE", "update out of sequence", "");
                }
                Service service = get(id).toBuilder().setSpec(spec).build();
                services.removeIf(s -> s.getId().equals(id));
                services.add(service);
                return service;
            }

            @Override
            public Service rollback(String id, long version, OptionalLong revision, Requester by) {
                rolledBack.add(id + (revision.isPresent() ? " to " + revision.getAsLong() : ""));
                return get(id);
            }

            @Override
            public List<Revision> history(String reference) {
                return revisions;
            }

            @Override
            public void remove(String reference) {
                services.remove(get(reference));
            }

            @Override
            public List<Explanation> explain(String reference) {
                return List.of(new Explanation(
                        "task1x1aaaaaaaaaaaaaaaaaa",
                        get(reference).getSpec().getAnnotations().getName() + ".1",
                        List.of("a", "b")));
            }
        };
    }

    @Override
    public ServiceChanges changes() {
        return changes;
    }

    @Override
    public Tasks tasks() {
        return new Tasks() {
            @Override
            public List<Task> list() {
                return tasks;
            }

            @Override
            public List<Task> ofService(String serviceId) {
                return tasks.stream()
                        .filter(task -> task.getServiceId().equals(serviceId))
                        .toList();
            }

            @Override
            public List<Task> onNode(String nodeId) {
                return tasks.stream()
                        .filter(task -> task.getNodeId().equals(nodeId))
                        .toList();
            }

            @Override
            public Task get(String reference) {
                return find("task", tasks, reference, Task::getId, Task::getId);
            }
        };
    }

    @Override
    public Nodes nodes() {
        return new Nodes() {
            @Override
            public List<Node> list() {
                return nodes;
            }

            @Override
            public Node get(String reference) {
                return reference.equals("self")
                        ? nodes.get(0)
                        : find("node", nodes, reference, Node::getId, node -> node.getDescription()
                                .getHostname());
            }

            @Override
            public Node update(String id, long version, NodeSpec spec) {
                Node.Builder changed = get(id).toBuilder().setSpec(spec);
                if (obstacle.isEmpty()) {
                    changed.setRole(spec.getDesiredRole());
                    changed.getManagerStatusBuilder().setReachability(RaftMemberStatus.Reachability.REACHABLE);
                } else {
                    changed.getStatusBuilder().setMessage(obstacle);
                }
                Node node = changed.build();
                nodes.replaceAll(n -> n.getId().equals(id) ? node : n);
                return node;
            }

            @Override
            public void remove(String reference, boolean force) {
                Node node = get(reference);
                if (!force && node.getStatus().getState() != NodeStatus.State.DOWN) {
                    throw SkepException.state("NODE_NOT_DOWN", "node " + reference + " is not down", "");
                }
                nodes.remove(node);
            }
        };
    }

    @Override
    public Networks networks() {
        return new Networks() {
            @Override
            public List<Network> list() {
                return networks;
            }

            @Override
            public Network get(String reference) {
                return find(
                        "network",
                        networks,
                        reference,
                        Network::getId,
                        n -> name(n, o -> o.getSpec().getAnnotations()));
            }

            @Override
            public Network create(NetworkSpec spec) {
                Network network = Network.newBuilder()
                        .setId("net" + spec.getAnnotations().getName())
                        .setSpec(spec)
                        .build();
                networks.add(network);
                return network;
            }

            @Override
            public void remove(String reference) {
                networks.remove(get(reference));
            }
        };
    }

    @Override
    public Volumes volumes() {
        return new Volumes() {
            @Override
            public List<Volume> list() {
                return volumes;
            }

            @Override
            public Volume get(String reference) {
                return find(
                        "volume",
                        volumes,
                        reference,
                        Volume::getId,
                        v -> name(v, o -> o.getSpec().getAnnotations()));
            }

            @Override
            public Volume create(VolumeSpec spec) {
                Volume volume = Volume.newBuilder().setId("vol").setSpec(spec).build();
                volumes.add(volume);
                return volume;
            }

            @Override
            public void remove(String reference) {
                volumes.remove(get(reference));
            }
        };
    }

    @Override
    public Configs configs() {
        return new Configs() {
            @Override
            public List<Config> list() {
                return configs;
            }

            @Override
            public Config get(String reference) {
                return find(
                        "config",
                        configs,
                        reference,
                        Config::getId,
                        c -> name(c, o -> o.getSpec().getAnnotations()));
            }

            @Override
            public Config create(ConfigSpec spec) {
                Config config = Config.newBuilder()
                        .setId("config1")
                        .setMeta(Fakes.meta(3, 120))
                        .setSpec(spec)
                        .build();
                configs.add(config);
                return config;
            }

            @Override
            public void remove(String reference) {
                configs.remove(get(reference));
            }
        };
    }

    @Override
    public Registries registries() {
        return registries;
    }

    @Override
    public Images images() {
        return registries;
    }

    @Override
    public Logs logs() {
        return (String reference, Logs.Query query, Consumer<LogMessage> sink, Consumer<String> warnings) -> {
            logSource = reference;
            logQuery = query;
            logWarnings.forEach(warnings);
            logs.forEach(sink);
        };
    }

    @Override
    public Reach reach() {
        return reach;
    }

    @Override
    public Clusters clusters() {
        return cluster;
    }

    @Override
    public Copy copy() {
        return new Copy(7, "c0ffee");
    }

    @Override
    public Events events() {
        return (since, until, sink) -> {
            eventsSince = since;
            events.forEach(sink);
        };
    }

    /** Plays snapshots, and lets time pass for each. */
    public FakeControl following(Runnable tick, List<ServiceChanges.Snapshot> snapshots) {
        changes = id -> new ServiceChanges.Follower() {
            private int next;

            @Override
            public ServiceChanges.Snapshot next(Duration timeout) throws InterruptedException {
                if (next > 0) {
                    tick.run();
                }
                return next < snapshots.size() ? snapshots.get(next++) : null;
            }

            @Override
            public void close() {}
        };
        return this;
    }
}
