package org.skep.dispatcher;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.skep.protocol.Ids;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.store.View;

/**
 * One reader and the nodes it waits for. One that follows lasts as long as what it follows; any other ends when every
 * node has said its last.
 */
final class LogSubscription {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private static final String NOT_CONNECTED = "is not connected";

    /** A node that is only changing managers is back by then. */
    private static final Duration UNTIL_MISSED = Duration.ofSeconds(2);

    private final String id = Ids.random();
    private final LogSelector selector;
    private final LogSubscriptionOptions options;
    private final LogDelivery delivery;
    private final Supplier<Instant> clock;

    private final Map<String, Instant> asked = new HashMap<>();
    private final Set<String> done = new HashSet<>();
    private final Map<String, Instant> missing = new LinkedHashMap<>();
    private final Set<String> missed = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();
    private boolean over;

    LogSubscription(
            LogSelector selector, LogSubscriptionOptions options, LogDelivery delivery, Supplier<Instant> clock) {
        this.selector = selector;
        this.options = options;
        this.delivery = delivery;
        this.clock = clock;
    }

    String id() {
        return id;
    }

    boolean over() {
        return over;
    }

    CompletionStage<Void> take(List<LogMessage> lines) {
        return delivery.take(lines);
    }

    void heard(String nodeId) {
        asked.computeIfPresent(nodeId, (node, before) -> clock.get());
    }

    /** Asks every node that has something to tell and was not asked yet. */
    void refresh(View view, Map<String, NodeSession> present) {
        if (over) {
            return;
        }
        Set<String> nodes = asked.isEmpty() || options.getFollow() ? involved(view) : Set.copyOf(missing.keySet());
        for (String node : nodes) {
            NodeSession session = present.get(node);
            if (session == null) {
                missing.putIfAbsent(node, clock.get());
            } else if (!asked.containsKey(node) && (options.getFollow() || !done.contains(node))) {
                ask(session);
            }
        }
        endIfDone(view);
    }

    private void ask(NodeSession session) {
        missed.remove(session.nodeId());
        LogSubscriptionOptions.Builder wanted = options.toBuilder();
        if (missing.remove(session.nodeId()) != null && done.remove(session.nodeId())) {
            // It was here before, went, and came back: what it had told by then is not wanted twice.
            wanted.setSince(Times.timestamp(clock.get()));
        }
        asked.put(session.nodeId(), clock.get());
        SubscriptionMessage message = SubscriptionMessage.newBuilder()
                .setId(id)
                .setSelector(selector)
                .setOptions(wanted)
                .build();
        session.tell(message);
    }

    private Set<String> involved(View view) {
        Set<String> nodes = new LinkedHashSet<>(selector.getNodeIdsList());
        selector.getServiceIdsList()
                .forEach(service -> view.tasks().ofService(service).forEach(task -> addNode(nodes, task)));
        selector.getTaskIdsList().forEach(task -> view.tasks().get(task).ifPresent(found -> addNode(nodes, found)));
        return nodes;
    }

    /** Only a task that got as far as having a node can have said anything. */
    private static void addNode(Set<String> nodes, Task task) {
        if (!task.getNodeId().isEmpty() && task.getStatus().getState().getNumber() >= TaskState.ASSIGNED_VALUE) {
            nodes.add(task.getNodeId());
        }
    }

    void done(String nodeId, View view) {
        if (asked.containsKey(nodeId)) {
            done.add(nodeId);
            endIfDone(view);
        }
    }

    void left(String nodeId, View view) {
        if (asked.remove(nodeId) == null) {
            return;
        }
        missing.put(nodeId, clock.get());
        if (!done.add(nodeId) || options.getFollow()) {
            endIfDone(view);
            return;
        }
        warn(nodeId, view, "went away before all its lines had come");
        endIfDone(view);
    }

    /** Waits no longer for nodes that neither send nor end, nor for those that follow what is over. */
    void giveUpSilent(View view) {
        if (options.getFollow()) {
            missing.forEach((node, since) -> {
                if (!since.plus(UNTIL_MISSED).isAfter(clock.get()) && missed.add(node)) {
                    delivery.warn(warning(node, view, NOT_CONNECTED));
                }
            });
        }
        if (delivery.busy() || options.getFollow() && mayGoOn(view)) {
            return;
        }
        Instant limit = clock.get().minus(options.getFollow() ? LAST_WORDS : PATIENCE);
        asked.forEach((node, last) -> {
            if (!last.isAfter(limit) && done.add(node) && !options.getFollow()) {
                warn(node, view, "did not answer within " + PATIENCE.toSeconds() + " s");
            }
        });
        endIfDone(view);
    }

    private void endIfDone(View view) {
        if (over
                || !done.containsAll(asked.keySet())
                || options.getFollow() && mayGoOn(view)
                || missing.keySet().stream().anyMatch(node -> mayComeBack(node, view))) {
            return;
        }
        for (String node : missing.keySet()) {
            if (!done.contains(node) && !missed.contains(node)) {
                warn(node, view, NOT_CONNECTED);
            }
        }
        over = true;
        delivery.end(warnings);
    }

    private boolean mayComeBack(String nodeId, View view) {
        return !done.contains(nodeId)
                && missing.get(nodeId).plus(UNTIL_MISSED).isAfter(clock.get())
                && view.nodes()
                        .get(nodeId)
                        .filter(node -> node.getStatus().getState() != NodeStatus.State.DOWN)
                        .isPresent();
    }

    /** Whether what is followed can still speak. */
    private boolean mayGoOn(View view) {
        return !selector.getNodeIdsList().isEmpty()
                || selector.getServiceIdsList().stream()
                        .anyMatch(service -> view.services().get(service).isPresent())
                || selector.getTaskIdsList().stream()
                        .flatMap(task -> view.tasks().get(task).stream())
                        .anyMatch(task -> task.getStatus().getState().getNumber() <= TaskState.RUNNING_VALUE);
    }

    private void warn(String nodeId, View view, String what) {
        warnings.add(warning(nodeId, view, what));
    }

    private static String warning(String nodeId, View view, String what) {
        String host = view.nodes()
                .get(nodeId)
                .map(node -> node.getDescription().getHostname())
                .orElse("");
        return "node " + (host.isEmpty() ? nodeId : host + " (" + nodeId + ")") + " " + what;
    }

    void cancel(Map<String, NodeSession> present) {
        over = true;
        SubscriptionMessage message =
                SubscriptionMessage.newBuilder().setId(id).setClose(true).build();
        for (String node : asked.keySet()) {
            NodeSession session = present.get(node);
            if (session != null && !done.contains(node)) {
                session.tell(message);
            }
        }
    }

    /** Ends at once, whatever is outstanding. Called from outside the loop, when that has stopped. */
    void end(String warning) {
        over = true;
        delivery.end(List.of(warning));
    }
}
