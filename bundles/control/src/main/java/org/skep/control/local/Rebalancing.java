package org.skep.control.local;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.skep.api.SkepException;
import org.skep.protocol.Relocation;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.placement.Rebalancer;
import org.skep.protocol.placement.Rebalancer.Move;
import org.skep.store.Transaction;
import org.skep.store.View;

/** Marks the tasks that the leader's scheduler would rather have elsewhere; the orchestrator moves them. */
@Component(service = Rebalancing.class)
public final class Rebalancing {

    /** More marks than this do not travel in one entry of the log. */
    private static final int MOST_AT_ONCE = 500;

    private final ManagerStore store;
    private final AtomicReference<Rebalancer> rebalancer = new AtomicReference<>();

    @Activate
    public Rebalancing(@Reference ManagerStore store) {
        this.store = store;
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bind(Rebalancer service) {
        rebalancer.set(service);
    }

    void unbind(Rebalancer service) {
        rebalancer.compareAndSet(service, null);
    }

    /** See {@link org.skep.control.Clusters#rebalance}. */
    List<Move> start(boolean dryRun, int maxParallel) {
        if (maxParallel < 1) {
            throw SkepException.user("INVALID_ARGUMENT", maxParallel + " moves at a time are none", "at least 1");
        }
        List<Move> plan = plan();
        for (int i = 0; i < plan.size() && !dryRun; i += MOST_AT_ONCE) {
            mark(plan.subList(i, Math.min(plan.size(), i + MOST_AT_ONCE)), maxParallel);
        }
        return plan;
    }

    private List<Move> plan() {
        View view = store.view();
        long moving =
                view.tasks().all().stream().filter(Rebalancing::stillToMove).count();
        if (moving > 0) {
            throw SkepException.state(
                    "REBALANCING", moving + " tasks of an earlier rebalancing are still to move", "wait for them");
        }
        Rebalancer present = rebalancer.get();
        if (present == null) {
            throw SkepException.state(
                    "NO_SCHEDULER", "the leader's scheduler is not there", "see \"bundle ls\" on the leader");
        }
        return present.plan();
    }

    private void mark(List<Move> moves, int maxParallel) {
        store.update(tx -> {
            moves.forEach(move -> mark(tx, move, maxParallel));
            return null;
        });
    }

    /** What has ended meanwhile need not move. */
    private static void mark(Transaction tx, Move move, int maxParallel) {
        tx.tasks()
                .get(move.taskId())
                .filter(Rebalancing::wanted)
                .ifPresent(task -> tx.update(task.toBuilder()
                        .setRelocation(
                                Relocation.newBuilder().setNodeId(move.toNode()).setMaxParallel(maxParallel))
                        .build()));
    }

    private static boolean stillToMove(Task task) {
        return task.hasRelocation() && wanted(task);
    }

    private static boolean wanted(Task task) {
        return task.getDesiredState().getNumber() <= TaskState.RUNNING_VALUE
                && task.getStatus().getState().getNumber() <= TaskState.RUNNING_VALUE;
    }
}
