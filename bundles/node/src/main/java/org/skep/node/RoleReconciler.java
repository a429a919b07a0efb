package org.skep.node;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.skep.api.SkepException;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.store.Change;
import org.skep.store.Consensus;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings roles in line with what is desired, in an order that never lets a manager that forgets its log have a vote:
 *
 * <ul>
 *   <li>up: the role changes, the node gets its certificate and follows as a learner, and then it gets a vote;
 *   <li>down: the vote goes, then the role changes, and the node wipes its log before it gets its certificate. Only a node
 *       with a worker's certificate is promoted, so that each change ends before the opposite one begins.
 * </ul>
 */
final class RoleReconciler implements Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(RoleReconciler.class);

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration TO_CATCH_UP = Duration.ofSeconds(10);

    private final Store store;
    private final Consensus consensus;
    private final Loop loop;

    /** Nodes whose vote is being given or taken. */
    private final Set<String> changing = new HashSet<>();

    /** Why a node has to wait. Others ask, too. */
    private final Map<String, String> obstacles = new ConcurrentHashMap<>();

    private Timers timers;
    private Loop.Timer retry;

    RoleReconciler(Store store, Consensus consensus, Loop loop) {
        this.store = store;
        this.consensus = consensus;
        this.loop = loop;
    }

    @Override
    public void attach(Timers theirs) {
        timers = theirs;
    }

    @Override
    public void resync(View view) throws InterruptedException {
        reconcile(view);
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        reconcile(view);
    }

    /** The members have changed. From any thread. */
    void wake() {
        loop.execute(() -> timers.after(Duration.ZERO, () -> reconcile(store.view())));
    }

    /** Why a node is not yet what it is to be; empty if nothing holds it up. From any thread. */
    Optional<String> obstacle(String nodeId) {
        return Optional.ofNullable(obstacles.get(nodeId));
    }

    private void reconcile(View view) throws InterruptedException {
        Consensus.Status status = consensus.status();
        for (Node node : view.nodes().all()) {
            boolean manager = node.getRole() == NodeRole.NODE_ROLE_MANAGER;
            boolean wanted = node.getSpec().getDesiredRole() == NodeRole.NODE_ROLE_MANAGER;
            if (changing.contains(node.getId())) {
                continue;
            }
            if (manager && wanted) {
                admit(node, status);
            } else if (manager) {
                dismiss(node, status);
            } else if (wanted && !mayBegin(node)) {
                obstacles.put(node.getId(), "is to become a manager, once it is the worker that it was to be before");
            } else if (wanted) {
                obstacles.remove(node.getId());
                assign(node.getId(), NodeRole.NODE_ROLE_MANAGER);
            }
            if (manager == wanted
                    && member(status, node.getId())
                                    .filter(Consensus.Member::voter)
                                    .isPresent()
                            == wanted) {
                obstacles.remove(node.getId());
            }
        }
        status.members().stream()
                .filter(member -> member.voter() && !member.nodeId().equals(status.self()))
                .filter(member -> !changing.contains(member.nodeId()))
                .filter(member -> !isManager(view, member.nodeId()))
                .forEach(member -> expel(member.nodeId(), status));
    }

    private static boolean isManager(View view, String nodeId) {
        return view.nodes()
                .get(nodeId)
                .filter(node -> node.getRole() == NodeRole.NODE_ROLE_MANAGER)
                .isPresent();
    }

    /** A vote that came too late, by a leader that had not heard that it is not wanted any more. */
    private void expel(String nodeId, Consensus.Status status) {
        if (keepsQuorum(nodeId, status)) {
            // The members may be newer than what is applied here: the barrier makes up for it.
            CompletionStage<Void> removal = consensus
                    .barrier()
                    .thenCompose(proven -> isManager(store.view(), nodeId)
                            ? CompletableFuture.<Void>completedStage(null)
                            : consensus.remove(nodeId));
            change(nodeId, removal, "cannot cease to be a manager yet", () -> {});
        }
    }

    private static Optional<Consensus.Member> member(Consensus.Status status, String nodeId) {
        return status.members().stream()
                .filter(known -> known.nodeId().equals(nodeId))
                .findFirst();
    }

    /** A node that was a manager until now may not have ceased to be one yet. */
    private static boolean mayBegin(Node node) {
        return node.getCertificate().getRole() == NodeRole.NODE_ROLE_WORKER
                && node.getCertificate().getStatus().getState() == IssuanceStatus.State.ISSUED;
    }

    private void admit(Node node, Consensus.Status status) {
        boolean learns = member(status, node.getId())
                .filter(known -> !known.voter() && known.reachable())
                .isPresent();
        if (learns) {
            change(
                    node.getId(),
                    consensus.add(node.getId(), TO_CATCH_UP),
                    "cannot be given a vote yet",
                    () -> LOG.info("Node {} is a manager with a vote", node.getId()));
        }
    }

    private void dismiss(Node node, Consensus.Status status) throws InterruptedException {
        Optional<Consensus.Member> member = member(status, node.getId());
        if (member.filter(Consensus.Member::voter).isEmpty()) {
            assign(node.getId(), NodeRole.NODE_ROLE_WORKER);
            return;
        }
        if (!keepsQuorum(node.getId(), status)) {
            return;
        }
        change(node.getId(), consensus.remove(node.getId()), "cannot cease to be a manager yet", () -> {
            LOG.info("Node {} is a manager without a vote", node.getId());
            assign(node.getId(), NodeRole.NODE_ROLE_WORKER);
        });
    }

    /** Whether those who are left can decide. If not, it is tried again later. */
    private boolean keepsQuorum(String nodeId, Consensus.Status status) {
        List<Consensus.Member> left = status.members().stream()
                .filter(other -> other.voter() && !other.nodeId().equals(nodeId))
                .toList();
        long reachable = left.stream()
                .filter(other -> other.reachable() || other.nodeId().equals(status.self()))
                .count();
        if (!left.isEmpty() && reachable >= left.size() / 2 + 1) {
            return true;
        }
        say(
                nodeId,
                "cannot cease to be a manager: "
                        + (left.isEmpty()
                                ? "it is the last one with a vote"
                                : "the swarm would lose its quorum, because only " + reachable + " of " + left.size()
                                        + " other managers can be reached"));
        again();
        return false;
    }

    private void assign(String nodeId, NodeRole role) throws InterruptedException {
        store.update(tx -> {
            tx.nodes()
                    .get(nodeId)
                    .filter(node -> node.getRole() != role)
                    .filter(node -> role == NodeRole.NODE_ROLE_WORKER
                            || node.getSpec().getDesiredRole() == NodeRole.NODE_ROLE_MANAGER && mayBegin(node))
                    .ifPresent(node -> {
                        Node.Builder next = node.toBuilder().setRole(role);
                        if (role == NodeRole.NODE_ROLE_WORKER) {
                            next.clearManagerStatus();
                        }
                        tx.update(next.build());
                    });
            return null;
        });
    }

    private void change(String nodeId, CompletionStage<Void> stage, String failed, Timers.Step then) {
        changing.add(nodeId);
        stage.whenComplete((nothing, failure) -> loop.execute(() -> {
            String reason = failure == null ? attempt(then) : reason(failure);
            changing.remove(nodeId);
            if (reason.isEmpty()) {
                obstacles.remove(nodeId);
                wake();
            } else {
                say(nodeId, failed + ": " + reason);
                again();
            }
        }));
    }

    /** @return why it failed; empty if it did not */
    private static String attempt(Timers.Step step) {
        try {
            step.run();
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (RuntimeException e) {
            return reason(e);
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof SkepException known ? known.line() : String.valueOf(cause.getMessage());
    }

    private void say(String nodeId, String what) {
        if (!what.equals(obstacles.put(nodeId, what))) {
            LOG.warn("Node {} {}", nodeId, what);
        }
    }

    private void again() {
        if (retry != null) {
            retry.cancel();
        }
        retry = timers.after(RETRY, () -> reconcile(store.view()));
    }
}
