package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.UpdateConfig.FailureAction;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.View;
import org.skep.store.loop.Loop.Timer;
import org.skep.store.loop.Timers;

/** The rolling updates that are under way. */
final class Updates {

    private final Store store;
    private final DelayedStarts starts;
    private final Map<String, RollingUpdate> running = new HashMap<>();
    private final Map<String, Timer> wakeups = new HashMap<>();
    private Timers timers;

    Updates(Store store, DelayedStarts starts) {
        this.store = store;
        this.starts = starts;
    }

    void attach(Timers clock) {
        timers = clock;
    }

    void forgetAll() {
        running.clear();
        wakeups.clear();
    }

    void forget(String serviceId) {
        running.remove(serviceId);
        Timer wakeup = wakeups.remove(serviceId);
        if (wakeup != null) {
            wakeup.cancel();
        }
    }

    /** Counts a task that failed under an update's eyes, and does what the update's rules say. */
    void observe(Task task) throws InterruptedException {
        RollingUpdate update = running.get(task.getServiceId());
        if (update == null) {
            return;
        }
        Optional<Task> failure = update.observe(task, timers.now());
        if (failure.isPresent() && update.tooManyFailures() && update.rules().onFailure() != FailureAction.CONTINUE) {
            running.remove(task.getServiceId());
            giveUp(update, failure.get());
        }
    }

    private void giveUp(RollingUpdate update, Task failed) throws InterruptedException {
        store.update(tx -> {
            Service service = tx.services().get(failed.getServiceId()).orElse(null);
            if (service == null || !update.leadsTo(service)) {
                return null;
            }
            boolean back = update.rules().onFailure() == FailureAction.ROLLBACK
                    && !UpdateStates.rollingBack(service)
                    && service.hasPreviousSpec();
            tx.update(
                    back
                            ? UpdateStates.rolledBack(service, failed, timers.now())
                            : UpdateStates.paused(service, failed));
            return null;
        });
    }

    /** Begins, continues or completes the update of a service. */
    void proceed(View view, String serviceId, Mode mode) throws InterruptedException {
        Service service = view.services().get(serviceId).orElse(null);
        RollingUpdate update = running.get(serviceId);
        if (service == null || UpdateStates.paused(service)) {
            forget(serviceId);
            return;
        }
        if (update != null && !update.leadsTo(service)) {
            running.remove(serviceId);
            update = null;
        }
        if (update == null) {
            List<SlotKey> dirty = dirty(view, service, mode);
            if (dirty.isEmpty() && !UpdateStates.underWay(service)) {
                return;
            }
            update = new RollingUpdate(service, UpdateStates.rollingBack(service), mode, dirty);
            running.put(serviceId, update);
        }
        go(serviceId, update, mode);
    }

    /** An update or rollback that was begun already is answerable for the tasks it finds on their way up, too. */
    private static List<SlotKey> dirty(View view, Service service, Mode mode) {
        boolean begun = UpdateStates.underWay(service);
        return Slot.of(view.tasks().ofService(service.getId())).values().stream()
                .filter(slot ->
                        mode.updatable(view, service, slot) && (slot.dirty(service, view) || begun && slot.gettingUp()))
                .map(Slot::key)
                .toList();
    }

    private void go(String serviceId, RollingUpdate update, Mode mode) throws InterruptedException {
        Draft draft;
        do {
            draft = store.update(tx -> step(new Draft(tx, timers.now()), tx, serviceId, update));
            starts.add(draft.starts());
        } while (draft.full());
        if (running.get(serviceId) != update) {
            // It is done; what became dirty under its feet is for another one.
            proceed(store.view(), serviceId, mode);
            return;
        }
        update.nextMoment().ifPresent(moment -> wake(serviceId, moment, mode));
    }

    private void wake(String serviceId, Instant moment, Mode mode) {
        Duration delay = Duration.between(timers.now(), moment);
        Timer before = wakeups.put(serviceId, timers.after(delay, () -> proceed(store.view(), serviceId, mode)));
        if (before != null) {
            before.cancel();
        }
    }

    private Draft step(Draft draft, Transaction tx, String serviceId, RollingUpdate update) {
        Service service = tx.services().get(serviceId).orElse(null);
        if (service == null || !update.leadsTo(service)) {
            running.remove(serviceId);
            return draft;
        }
        RollingUpdate.Progress progress = update.step(draft);
        if (progress == RollingUpdate.Progress.DONE) {
            running.remove(serviceId);
            if (UpdateStates.underWay(service)) {
                tx.update(UpdateStates.completed(service, timers.now()));
            }
        } else if (!UpdateStates.underWay(service)) {
            tx.update(UpdateStates.begun(service, timers.now()));
        }
        return draft;
    }
}
