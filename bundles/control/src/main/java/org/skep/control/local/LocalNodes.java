package org.skep.control.local;

import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.control.Nodes;
import org.skep.control.RoleObstacles;
import org.skep.control.neighbour.Neighbour;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.store.Consensus;
import org.skep.store.View;

/** Nodes, on this manager's store. */
@Component(service = LocalNodes.class)
public final class LocalNodes implements Nodes {

    private static final String SELF = "self";

    private final ManagerStore store;
    private final Clock clock;
    private final Neighbour<RoleObstacles> obstacles = new Neighbour<>(() -> {});
    private final RoleProgress progress = new RoleProgress(id -> obstacles.get().flatMap(present -> present.of(id)));

    @Activate
    public LocalNodes(@Reference ManagerStore store) {
        this(store, Clock.systemUTC());
    }

    LocalNodes(ManagerStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindObstacles(RoleObstacles service) {
        obstacles.bind(service);
    }

    void unbindObstacles(RoleObstacles service) {
        obstacles.unbind(service);
    }

    /** As people know it. */
    static String name(Node node) {
        String hostname = node.getDescription().getHostname();
        return hostname.isEmpty() ? node.getId() : hostname;
    }

    @Override
    public List<Node> list() {
        View view = store.view();
        ManagerStatuses managers = new ManagerStatuses(consensus(), progress);
        return view.nodes().all().stream()
                .sorted(Comparator.comparing(LocalNodes::name).thenComparing(Node::getId))
                .map(managers::fill)
                .toList();
    }

    @Override
    public Node get(String reference) {
        return filled(find(store.view(), reference));
    }

    /** Where a manager is to be found, as far as is known here. */
    Optional<Endpoint> address(String nodeId) {
        return store.present()
                .flatMap(source -> source.view().nodes().get(nodeId))
                .map(node -> node.getManagerStatus().getAddr())
                .filter(address -> !address.isEmpty())
                .map(address -> Endpoint.parse(address, Endpoint.MANAGER_PORT));
    }

    private Node filled(Node node) {
        return new ManagerStatuses(consensus(), progress).fill(node);
    }

    private Optional<Consensus.Status> consensus() {
        return store.consensus().map(Consensus::status);
    }

    private Node find(View view, String reference) {
        if (reference.equals(SELF)) {
            return view.nodes().get(store.nodeId()).orElseThrow(() -> Refusals.notFound("node", SELF));
        }
        List<Node> homonyms = view.nodes().all().stream()
                .filter(node -> node.getDescription().getHostname().equals(reference))
                .toList();
        if (homonyms.size() > 1 && view.nodes().get(reference).isEmpty()) {
            throw References.ambiguous("node", reference, homonyms.size(), "use the ID, which \"node ls\" shows");
        }
        return References.resolve("node", reference, view.nodes(), LocalNodes::name);
    }

    @Override
    public Node update(String id, long version, NodeSpec spec) {
        check(spec);
        Optional<Consensus.Status> consensus = consensus();
        Node decided = store.update(tx -> {
            Node node = tx.nodes().get(id).orElseThrow(() -> Refusals.notFound("node", id));
            if (node.getMeta().getVersion().getIndex() != version) {
                throw Refusals.outOfSequence("node", name(node));
            }
            new RoleRules(tx, consensus).check(node, spec.getDesiredRole());
            Node changed = node.toBuilder().setSpec(spec).build();
            tx.update(changed);
            return changed;
        });
        return filled(store.known().nodes().get(id).orElse(decided));
    }

    @Override
    public void remove(String reference, boolean force) {
        NodeRemoval removal = new NodeRemoval(members(), clock.instant());
        store.update(tx -> {
            removal.remove(tx, find(tx, reference), force);
            return null;
        });
    }

    /** Those who take part in consensus; this node alone where nobody else can. */
    private Set<String> members() {
        return consensus()
                .map(status ->
                        status.members().stream().map(Consensus.Member::nodeId).collect(Collectors.toSet()))
                .orElseGet(() -> Set.of(store.nodeId()));
    }

    private static void check(NodeSpec spec) {
        Limits.checkSize("node", spec);
        Limits.checkLabels("node", spec.getAnnotations().getLabelsMap());
        if (spec.getAvailability() == NodeSpec.Availability.UNRECOGNIZED) {
            throw SkepException.user("INVALID_AVAILABILITY", "unknown availability", "active, pause or drain");
        }
        if (spec.getDesiredRole() == NodeRole.UNRECOGNIZED) {
            throw SkepException.user("INVALID_ROLE", "unknown role", "worker or manager");
        }
        if (spec.getMembership() != NodeSpec.Membership.ACCEPTED) {
            throw SkepException.user("INVALID_ARGUMENT", "the membership of a node cannot be withdrawn", "");
        }
    }
}
