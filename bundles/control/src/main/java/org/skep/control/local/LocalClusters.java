package org.skep.control.local;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.control.Clusters;
import org.skep.pki.JoinToken;
import org.skep.pki.RootRotation;
import org.skep.pki.UnlockKey;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.JoinTokens;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.RootCA;
import org.skep.protocol.TrustedRoots;
import org.skep.protocol.placement.Rebalancer;
import org.skep.store.Consensus;
import org.skep.store.View;

/** The swarm as a whole, on this manager's store. */
@Component(service = LocalClusters.class)
public final class LocalClusters implements Clusters {

    private final ManagerStore store;
    private final Rebalancing rebalancing;
    private final Clock clock;

    @Activate
    public LocalClusters(@Reference ManagerStore store, @Reference Rebalancing rebalancing) {
        this(store, rebalancing, Clock.systemUTC());
    }

    LocalClusters(ManagerStore store, Rebalancing rebalancing, Clock clock) {
        this.store = store;
        this.rebalancing = rebalancing;
        this.clock = clock;
    }

    @Override
    public Cluster get() {
        return ClusterSecrets.strip(cluster(store.view()));
    }

    @Override
    public Cluster update(long version, ClusterSpec spec) {
        change(cluster -> {
            if (cluster.getMeta().getVersion().getIndex() != version) {
                throw Refusals.outOfSequence(
                        "cluster", cluster.getSpec().getAnnotations().getName());
            }
            return ClusterChange.apply(cluster, spec);
        });
        return ClusterSecrets.strip(cluster(store.known()));
    }

    @Override
    public Invitation joinToken(NodeRole role, boolean rotate) {
        if (role == NodeRole.UNRECOGNIZED) {
            throw SkepException.user("INVALID_ROLE", "unknown role", "worker or manager");
        }
        View view;
        if (rotate) {
            change(cluster -> withToken(cluster, role));
            view = store.known();
        } else {
            view = store.view();
        }
        JoinTokens tokens = cluster(view).getRootCa().getJoinTokens();
        String token = role == NodeRole.NODE_ROLE_MANAGER ? tokens.getManager() : tokens.getWorker();
        return new Invitation(token, addresses(view));
    }

    @Override
    public List<Rebalancer.Move> rebalance(boolean dryRun, int maxParallel) {
        return rebalancing.start(dryRun, maxParallel);
    }

    private static Cluster withToken(Cluster cluster, NodeRole role) {
        String fresh =
                JoinToken.create(cluster.getRootCa().getCaCert().toByteArray()).text();
        Cluster.Builder changed = cluster.toBuilder();
        JoinTokens.Builder tokens = changed.getRootCaBuilder().getJoinTokensBuilder();
        if (role == NodeRole.NODE_ROLE_MANAGER) {
            tokens.setManager(fresh);
        } else {
            tokens.setWorker(fresh);
        }
        return changed.build();
    }

    /** The leader's first, then those that can be reached. */
    private List<String> addresses(View view) {
        return store.consensus()
                .map(consensus -> members(view, consensus.status()).stream()
                        .filter(Manager::voter)
                        .sorted(Comparator.comparing((Manager manager) -> !manager.leader())
                                .thenComparing(manager -> !manager.reachable()))
                        .map(Manager::address))
                .orElseGet(() -> view.nodes().all().stream()
                        .map(node -> node.getManagerStatus().getAddr()))
                .filter(address -> !address.isEmpty())
                .toList();
    }

    @Override
    public String unlockKey(boolean rotate) {
        View view;
        if (rotate) {
            change(LocalClusters::withUnlockKey);
            view = store.known();
        } else {
            view = store.view();
        }
        return UnlockKey.of(cluster(view)).map(UnlockKey::text).orElseThrow(LocalClusters::notAutolocked);
    }

    private static Cluster withUnlockKey(Cluster cluster) {
        if (UnlockKey.of(cluster).isEmpty()) {
            throw notAutolocked();
        }
        return cluster.toBuilder()
                .clearUnlockKeys()
                .addAllUnlockKeys(UnlockKey.replaced(cluster.getUnlockKeysList(), Optional.of(UnlockKey.random())))
                .build();
    }

    private static SkepException notAutolocked() {
        return SkepException.state(
                "NOT_AUTOLOCKED", "no unlock key is set", "\"swarm update --autolock=true\" sets one");
    }

    @Override
    public String rootCertificate() {
        RootCA root = cluster(store.view()).getRootCa();
        return TrustedRoots.of(root).toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void rotateRoot(Optional<Signer> signer) {
        change(cluster -> cluster.toBuilder()
                .setRootCa(rotated(cluster.getRootCa(), signer))
                .build());
    }

    private RootCA rotated(RootCA root, Optional<Signer> signer) {
        return signer.map(brought -> RootRotation.begin(root, brought.certificate(), brought.key(), clock.instant()))
                .orElseGet(() -> RootRotation.begin(root, clock.instant()));
    }

    @Override
    public Rotation rotation() {
        View view = store.view();
        RootCA root = cluster(view).getRootCa();
        List<Node> nodes = List.copyOf(view.nodes().all());
        int rotated = (int)
                nodes.stream().filter(node -> RootRotation.isDone(root, node)).count();
        return new Rotation(root.hasRootRotation(), rotated, nodes.size());
    }

    @Override
    public ManagersStatus managers() {
        View view = store.known();
        Consensus.Status status = status();
        List<Manager> managers = members(view, status);
        long voters = managers.stream().filter(Manager::voter).count();
        long reachable = managers.stream()
                .filter(manager -> manager.voter() && manager.reachable())
                .count();
        long needed = voters / 2 + 1;
        return new ManagersStatus(
                status.self(),
                status.leader().orElse(""),
                status.term(),
                status.commitIndex(),
                status.appliedIndex(),
                reachable < needed,
                (int) Math.max(0, reachable - needed),
                managers);
    }

    private Consensus.Status status() {
        return store.consensus()
                .map(Consensus::status)
                .orElseThrow(() ->
                        SkepException.state("NO_LEADER", "consensus has not started yet", "try again in a moment"));
    }

    private static List<Manager> members(View view, Consensus.Status status) {
        String leader = status.leader().orElse("");
        return status.members().stream()
                .map(member -> manager(member, view.nodes().get(member.nodeId()), leader, status))
                .sorted(Comparator.comparing(Manager::hostname).thenComparing(Manager::nodeId))
                .toList();
    }

    /** Only the leader knows how far the others are; every manager knows of itself. */
    private static Manager manager(
            Consensus.Member member, Optional<Node> node, String leader, Consensus.Status status) {
        boolean self = member.nodeId().equals(status.self());
        long lag = -1;
        if (self) {
            lag = Math.max(0, status.commitIndex() - status.appliedIndex());
        } else if (status.leads() && (member.reachable() || member.matchIndex() > 0)) {
            lag = Math.max(0, status.commitIndex() - member.matchIndex());
        }
        return new Manager(
                member.nodeId(),
                node.map(known -> known.getDescription().getHostname()).orElse(""),
                node.map(known -> known.getManagerStatus().getAddr()).orElse(""),
                member.voter(),
                member.nodeId().equals(leader),
                self || member.reachable(),
                lag);
    }

    private void change(UnaryOperator<Cluster> change) {
        store.update(tx -> {
            tx.update(change.apply(cluster(tx)));
            return null;
        });
    }

    private static Cluster cluster(View view) {
        return view.cluster()
                .orElseThrow(() -> SkepException.state("NO_LEADER", "the swarm is still starting", "try again"));
    }
}
