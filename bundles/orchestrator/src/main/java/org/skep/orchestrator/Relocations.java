package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Loop.Timer;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/**
 * Moves the tasks that are marked for it to other nodes: first a task in the same slot comes up there, then the marked
 * one stops. What does not succeed is undone, and the marked task stays where it is.
 */
final class Relocations implements Reconciler {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration LIMIT_WITHOUT_ROOM = Duration.ofSeconds(30);

    private final Store store;
    /** IDs of marked tasks, each with its service's. */
    private final Map<String, String> marked = new LinkedHashMap<>();

    private Timer wakeup;
    private Timers timers;

    Relocations(Store store) {
        this.store = store;
    }

    /** One marked task, and the one that is to take its place, if it is there yet. */
    private record Move(Service service, Task from, Optional<Task> to) {

        boolean begun() {
            return to.isPresent();
        }

        boolean arrived() {
            return to.filter(TaskStates::running).isPresent();
        }

        Instant deadline() {
            Task task = to.orElseThrow();
            return TaskStates.created(task).plus(TaskStates.unassigned(task) ? LIMIT_WITHOUT_ROOM : LIMIT);
        }
    }

    @Override
    public void attach(Timers clock) {
        timers = clock;
    }

    @Override
    public void resync(View view) throws InterruptedException {
        marked.clear();
        wakeup = null;
        for (Task task : view.tasks().all()) {
            note(task);
        }
        goOn();
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        for (Change change : changes) {
            if (change.kind() == Kind.TASK && !change.deleted()) {
                note((Task) change.after());
            }
        }
        Set<String> services = new HashSet<>(marked.values());
        if (!services.isEmpty() && changes.stream().anyMatch(change -> concerns(change, services))) {
            goOn();
        }
    }

    private static boolean concerns(Change change, Set<String> services) {
        return switch (change.kind()) {
            case NODE -> true;
            case SERVICE -> services.contains(change.id());
            case TASK ->
                services.contains(((Task) (change.deleted() ? change.before() : change.after())).getServiceId());
            default -> false;
        };
    }

    private void note(Task task) {
        if (task.hasRelocation()) {
            marked.put(task.getId(), task.getServiceId());
        }
    }

    private void goOn() throws InterruptedException {
        if (wakeup != null) {
            wakeup.cancel();
            wakeup = null;
        }
        View view = store.view();
        List<Move> moves = moves(view);
        List<Move> over = new ArrayList<>();
        List<Move> idle = new ArrayList<>();
        long underWay = 0;
        for (Move move : moves) {
            if (!sensible(move, view) || move.arrived() || failed(move, view)) {
                over.add(move);
            } else if (move.begun()) {
                underWay++;
            } else if (!UpdateStates.underWay(move.service())) {
                idle.add(move);
            }
        }
        List<Move> next = new ArrayList<>();
        for (Move move : idle) {
            if (underWay + next.size() < Math.max(1, move.from().getRelocation().getMaxParallel())) {
                next.add(move);
            }
        }
        Batches.update(store, over, move -> 2, (tx, move) -> end(tx, move, view));
        Batches.update(store, next, (tx, move) -> begin(tx, move, view));
        wakeUpFor(moves);
    }

    /** The oldest first. */
    private List<Move> moves(View view) {
        Map<String, SortedMap<SlotKey, Slot>> slots = new HashMap<>();
        List<Move> moves = new ArrayList<>();
        for (String id : List.copyOf(marked.keySet())) {
            Task task = view.tasks().get(id).filter(Task::hasRelocation).orElse(null);
            Service service = task == null
                    ? null
                    : view.services().get(task.getServiceId()).orElse(null);
            if (service == null) {
                marked.remove(id);
                continue;
            }
            Slot slot = slots.computeIfAbsent(service.getId(), key -> Slot.of(service, view))
                    .get(SlotKey.of(task, service));
            moves.add(new Move(service, task, slot == null ? Optional.empty() : successor(slot, task)));
        }
        moves.sort(Comparator.comparing((Move move) -> TaskStates.created(move.from()))
                .thenComparing(move -> move.from().getSlot()));
        return moves;
    }

    private static Optional<Task> successor(Slot slot, Task marked) {
        return slot.wanted().stream()
                .filter(task -> !task.getId().equals(marked.getId()))
                .filter(task -> task.getNodeId().equals(marked.getRelocation().getNodeId()))
                .findFirst();
    }

    /** Whether the task is still one to move there. */
    private static boolean sensible(Move move, View view) {
        Task from = move.from();
        return move.service().getSpec().hasReplicated()
                && stays(from, view)
                && !Outdated.test(from, move.service(), view)
                && view.nodes()
                        .get(from.getRelocation().getNodeId())
                        .filter(Relocations::takesTasks)
                        .isPresent();
    }

    private static boolean stays(Task task, View view) {
        return TaskStates.wanted(task) && TaskStates.running(task) && !TaskStates.displaced(task, view);
    }

    private static boolean takesTasks(Node node) {
        return node.getStatus().getState() == NodeStatus.State.READY
                && node.getSpec().getAvailability() == Availability.ACTIVE;
    }

    private boolean failed(Move move, View view) {
        return move.to()
                .filter(to -> TaskStates.ended(to)
                        || TaskStates.displaced(to, view)
                        || !timers.now().isBefore(move.deadline()))
                .isPresent();
    }

    private void begin(Transaction tx, Move move, View view) {
        boolean still = tx.tasks()
                .get(move.from().getId())
                .filter(from -> from.hasRelocation() && stays(from, view))
                .isPresent();
        if (still && tx.services().get(move.service().getId()).isPresent()) {
            SlotKey slot = SlotKey.of(move.from(), move.service());
            tx.create(TaskMaker.make(move.service(), slot, TaskState.RUNNING, tx, timers.now()).toBuilder()
                    .setNodeId(move.from().getRelocation().getNodeId())
                    .build());
        }
    }

    /** Takes the mark away. One of the two tasks stays: the new one if it runs, or if the old one cannot. */
    private static void end(Transaction tx, Move move, View view) {
        Optional<Task> from = tx.tasks().get(move.from().getId());
        boolean keepsNew = move.to().filter(to -> !TaskStates.ended(to)).isPresent()
                && (move.arrived() || !stays(move.from(), view));
        from.ifPresent(task -> {
            Task.Builder unmarked = task.toBuilder().clearRelocation();
            if (keepsNew && TaskStates.wanted(task)) {
                unmarked.setDesiredState(TaskState.SHUTDOWN);
            }
            tx.update(unmarked.build());
        });
        if (!keepsNew) {
            move.to()
                    .flatMap(to -> tx.tasks().get(to.getId()))
                    .filter(to -> !TaskStates.leaving(to))
                    .ifPresent(to -> tx.update(
                            to.toBuilder().setDesiredState(TaskState.REMOVE).build()));
        }
    }

    private void wakeUpFor(List<Move> moves) {
        moves.stream()
                .filter(Move::begun)
                .map(Move::deadline)
                .filter(timers.now()::isBefore)
                .min(Comparator.naturalOrder())
                .ifPresent(moment -> wakeup = timers.after(Duration.between(timers.now(), moment), this::goOn));
    }
}
