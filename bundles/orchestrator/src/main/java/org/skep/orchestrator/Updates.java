package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.UpdateConfig.FailureAction;
import org.skep.protocol.revision.Revision;
import org.skep.store.Revisions;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.loop.Loop.Timer;
import org.skep.store.loop.Timers;

/** Begins, continues and ends the rolling updates of services. */
final class Updates {

    private final Store store;
    private final Map<String, Progress> underWay = new HashMap<>();
    private final Map<String, Timer> wakeups = new HashMap<>();
    private Timers timers;

    Updates(Store store) {
        this.store = store;
    }

    void attach(Timers clock) {
        timers = clock;
    }

    void forgetAll() {
        underWay.clear();
        wakeups.clear();
    }

    void forget(String serviceId) {
        underWay.remove(serviceId);
        sleep(serviceId);
    }

    private void sleep(String serviceId) {
        Timer wakeup = wakeups.remove(serviceId);
        if (wakeup != null) {
            wakeup.cancel();
        }
    }

    /**
     * Looks at some slots of a service.
     *
     * @return whether that was enough
     */
    boolean proceed(Service service, Set<SlotKey> slots) throws InterruptedException {
        Progress progress = underWay.get(service.getId());
        if (progress == null || !progress.isOf(service)) {
            return false;
        }
        progress.refresh(store.view(), slots);
        step(progress);
        return true;
    }

    /** Looks at all of a service. */
    void proceed(Service service, Mode mode) throws InterruptedException {
        forget(service.getId());
        if (UpdateStates.paused(service)) {
            return;
        }
        Plan plan = new Plan(store.view(), service, timers.now());
        if (UpdateStates.underWay(service)) {
            Progress progress = new Progress(plan, mode);
            underWay.put(service.getId(), progress);
            step(progress);
        } else if (dirty(plan) && new Rollout(plan, new Progress(plan, mode)).needed()) {
            change(service, (tx, now) -> UpdateStates.begun(now, plan.now()));
        }
    }

    private static boolean dirty(Plan plan) {
        return plan.slots().values().stream().anyMatch(slot -> slot.dirty(plan.service(), plan.view()));
    }

    private void step(Progress progress) throws InterruptedException {
        Service service = progress.service();
        sleep(service.getId());
        Plan plan = Plan.of(store.view(), service, timers.now(), Set.of());
        Rollout rollout = new Rollout(plan, progress);
        Optional<Task> failure = rollout.failure();
        Optional<Task> overdue = rollout.overdue();
        if (failure.isPresent() && progress.rules().onFailure() != FailureAction.CONTINUE) {
            giveUp(progress, failure.get(), plan.now());
        } else if (overdue.isPresent()) {
            Duration limit = progress.rules().maxWait().orElseThrow();
            change(service, (tx, now) -> UpdateStates.pausedByDelay(now, overdue.get(), limit));
        } else if (rollout.done()) {
            change(service, (tx, now) -> UpdateStates.completed(now, plan.now()));
        } else {
            rollout.goOn();
            plan.commit(store);
            progress.refresh(store.view(), plan.touched());
            new Rollout(plan, progress).nextMoment().ifPresent(moment -> wake(progress, moment));
        }
    }

    private void giveUp(Progress progress, Task failed, Instant now) throws InterruptedException {
        Service service = progress.service();
        boolean back = progress.rules().onFailure() == FailureAction.ROLLBACK
                && !UpdateStates.rollingBack(service)
                && service.hasPreviousSpec();
        change(
                service,
                (tx, current) ->
                        back ? rolledBack(tx, current, failed, now) : UpdateStates.pausedByFailure(current, failed));
    }

    private static Service rolledBack(Transaction tx, Service service, Task failed, Instant now) {
        long repeated = Revisions.of(tx, service.getId()).stream()
                .filter(revision -> revision.getSpec().equals(service.getPreviousSpec()))
                .mapToLong(Revision::getNumber)
                .findFirst()
                .orElse(0);
        return Revisions.record(tx, UpdateStates.rolledBack(service, failed, now), Revisions.SWARM, repeated);
    }

    /** Changes the service, unless someone else has. Either way there will be another look at all of it. */
    private void change(Service service, BiFunction<Transaction, Service, Service> change) throws InterruptedException {
        store.update(tx -> {
            tx.services()
                    .get(service.getId())
                    .filter(found -> found.getSpecVersion().equals(service.getSpecVersion()))
                    .filter(found -> found.getUpdateStatus().equals(service.getUpdateStatus()))
                    .ifPresent(found -> tx.update(change.apply(tx, found)));
            return null;
        });
    }

    private void wake(Progress progress, Instant moment) {
        String id = progress.service().getId();
        Duration delay = Duration.between(timers.now(), moment);
        wakeups.put(id, timers.after(delay, () -> {
            Service service = store.view().services().get(id).orElse(null);
            if (service != null && !proceed(service, Set.of())) {
                proceed(service, progress.mode());
            }
        }));
    }
}
