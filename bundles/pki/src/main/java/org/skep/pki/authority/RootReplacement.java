package org.skep.pki.authority;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skep.pki.RootRotation;
import org.skep.protocol.Cluster;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.IssuanceStatus.State;
import org.skep.protocol.Node;
import org.skep.protocol.RootCA;
import org.skep.store.Change;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While the root is being replaced, has one node after the other renew its certificate, and ends the replacement when all
 * have. A node that is away holds it up: without it, the node could not come back.
 */
final class RootReplacement implements Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(RootReplacement.class);
    private static final int AT_ONCE = 30;
    private static final Duration INTERVAL = Duration.ofSeconds(3);
    private static final Duration BETWEEN_CHECKS = Duration.ofMillis(250);
    private static final Duration BETWEEN_REMINDERS = Duration.ofMinutes(1);

    private final Store store;
    private final Map<String, Instant> reminded = new HashMap<>();
    private Timers timers;
    private boolean turning;
    private boolean checking;

    RootReplacement(Store store) {
        this.store = store;
    }

    @Override
    public void attach(Timers clock) {
        timers = clock;
    }

    @Override
    public void resync(View view) throws InterruptedException {
        turning = false;
        checking = false;
        reminded.clear();
        changed(view, List.of());
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        if (!isUnderWay(view)) {
            reminded.clear();
            return;
        }
        if (!turning) {
            turning = true;
            turn();
        } else if (!checking) {
            checking = true;
            timers.after(BETWEEN_CHECKS, this::check);
        }
    }

    private static boolean isUnderWay(View view) {
        return view.cluster()
                .filter(cluster -> cluster.getRootCa().hasRootRotation())
                .isPresent();
    }

    private void turn() throws InterruptedException {
        View view = store.view();
        if (!isUnderWay(view)) {
            turning = false;
            return;
        }
        remind(view);
        complete();
        timers.after(INTERVAL, this::turn);
    }

    private void check() throws InterruptedException {
        checking = false;
        complete();
    }

    private void remind(View view) throws InterruptedException {
        RootCA root = view.cluster().orElseThrow().getRootCa();
        Instant now = timers.now();
        List<String> next = new ArrayList<>();
        for (Node node : view.nodes().all()) {
            if (next.size() == AT_ONCE) {
                break;
            }
            Instant last = reminded.get(node.getId());
            boolean again = last == null || !now.isBefore(last.plus(BETWEEN_REMINDERS));
            if (again && state(node) == State.ISSUED && !RootRotation.isDone(root, node)) {
                next.add(node.getId());
                reminded.put(node.getId(), now);
            }
        }
        Batches.update(store, next, (tx, id) -> tx.nodes()
                .get(id)
                .filter(node -> state(node) == State.ISSUED)
                .ifPresent(node -> tx.update(node.toBuilder()
                        .setCertificate(node.getCertificate().toBuilder()
                                .setStatus(IssuanceStatus.newBuilder().setState(State.ROTATE)))
                        .build())));
    }

    private static State state(Node node) {
        return node.getCertificate().getStatus().getState();
    }

    private void complete() throws InterruptedException {
        if (!isDone(store.view())) {
            return;
        }
        boolean completed = store.update(tx -> {
            if (!isDone(tx)) {
                return false;
            }
            Cluster cluster = tx.cluster().orElseThrow();
            tx.update(cluster.toBuilder()
                    .setRootCa(RootRotation.complete(cluster.getRootCa()))
                    .build());
            return true;
        });
        if (completed) {
            LOG.info("the root CA is replaced: all nodes have certificates of the new one; join tokens are new");
        }
    }

    private static boolean isDone(View view) {
        return isUnderWay(view)
                && view.nodes().all().stream()
                        .allMatch(node ->
                                RootRotation.isDone(view.cluster().orElseThrow().getRootCa(), node));
    }

    @Override
    public String toString() {
        return "replacing the root CA";
    }
}
