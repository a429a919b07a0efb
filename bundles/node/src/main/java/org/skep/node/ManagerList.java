package org.skep.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.skep.api.node.KnownManagers;

/** Where the managers are, kept in the node's record. */
final class ManagerList implements KnownManagers {

    /** Messages that differ in order only are no news. */
    private static final Comparator<Manager> ORDER = Comparator.comparing(Manager::nodeId)
            .thenComparing(manager -> manager.address().toString());

    private final NodeState state;
    private final BooleanSupplier manages;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** @param manages whether this node is a manager */
    ManagerList(NodeState state, BooleanSupplier manages) {
        this.state = state;
        this.manages = manages;
    }

    @Override
    public List<Manager> all() {
        return state.member().or(state::record).map(this::all).orElse(List.of());
    }

    private List<Manager> all(NodeRecord node) {
        boolean listed =
                node.managers().stream().anyMatch(known -> known.nodeId().equals(node.nodeId()));
        if (listed || !manages.getAsBoolean()) {
            return node.managers();
        }
        List<Manager> managers = new ArrayList<>(node.managers());
        managers.add(node.self());
        return managers;
    }

    @Override
    public void update(List<Manager> managers) {
        if (managers.isEmpty()) {
            return;
        }
        List<Manager> before = all();
        List<Manager> sorted = managers.stream().sorted(ORDER).toList();
        state.note(node -> node.knowing(sorted));
        if (!all().equals(before)) {
            listeners.forEach(Runnable::run);
        }
    }

    @Override
    public Follower follow(Runnable listener) {
        // An entry of its own for each call, so that closing one leaves another of the same listener.
        Runnable entry = listener::run;
        listeners.add(entry);
        return () -> listeners.remove(entry);
    }
}
