package org.skep.orchestrator;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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

/** Begins, continues and ends the rolling updates of services. Remembers only when to look again. */
final class Updates {

    private final Store store;
    private final Map<String, Timer> wakeups = new HashMap<>();
    private Timers timers;

    Updates(Store store) {
        this.store = store;
    }

    void attach(Timers clock) {
        timers = clock;
    }

    void forgetAll() {
        wakeups.clear();
    }

    void forget(String serviceId) {
        Timer wakeup = wakeups.remove(serviceId);
        if (wakeup != null) {
            wakeup.cancel();
        }
    }

    /** @param plan of a service as it is now; nothing planned yet */
    void proceed(Plan plan, Mode mode) throws InterruptedException {
        Plan next = plan;
        while (next != null) {
            next = step(next, mode);
        }
    }

    /** @return what to go on with, if the service is another one now */
    private Plan step(Plan plan, Mode mode) throws InterruptedException {
        Service service = plan.service();
        forget(service.getId());
        boolean underWay = UpdateStates.underWay(service);
        if (UpdateStates.paused(service) || !underWay && !dirty(plan)) {
            return null;
        }
        Rollout rollout = Rollout.of(plan, mode);
        if (!underWay) {
            return rollout.needed() ? change(plan, (tx, now) -> UpdateStates.begun(now, plan.now())) : null;
        }
        Optional<Task> failure = rollout.failure();
        if (failure.isPresent() && rollout.rules().onFailure() != FailureAction.CONTINUE) {
            return giveUp(plan, rollout, failure.get());
        }
        Optional<Task> overdue = rollout.overdue();
        if (overdue.isPresent()) {
            Duration limit = rollout.rules().maxWait().orElseThrow();
            return change(plan, (tx, now) -> UpdateStates.pausedByDelay(now, overdue.get(), limit));
        }
        if (rollout.done()) {
            return change(plan, (tx, now) -> UpdateStates.completed(now, plan.now()));
        }
        rollout.goOn();
        plan.commit(store);
        rollout.nextMoment().ifPresent(moment -> wake(service.getId(), moment, mode));
        return null;
    }

    private static boolean dirty(Plan plan) {
        return plan.slots().values().stream().anyMatch(slot -> slot.dirty(plan.service(), plan.view()));
    }

    private Plan giveUp(Plan plan, Rollout rollout, Task failed) throws InterruptedException {
        Service service = plan.service();
        boolean back = rollout.rules().onFailure() == FailureAction.ROLLBACK
                && !UpdateStates.rollingBack(service)
                && service.hasPreviousSpec();
        return change(
                plan,
                (tx, now) -> back ? rollBack(tx, now, failed, plan.now()) : UpdateStates.pausedByFailure(now, failed));
    }

    private static Service rollBack(Transaction tx, Service service, Task failed, Instant now) {
        long repeated = Revisions.of(tx, service.getId()).stream()
                .filter(revision -> revision.getSpec().equals(service.getPreviousSpec()))
                .mapToLong(Revision::getNumber)
                .findFirst()
                .orElse(0);
        return Revisions.record(tx, UpdateStates.rolledBack(service, failed, now), Revisions.SWARM, repeated);
    }

    /** Changes the service, unless someone else has. */
    private Plan change(Plan plan, BiFunction<Transaction, Service, Service> change) throws InterruptedException {
        boolean changed = store.update(tx -> {
            Service service = tx.services().get(plan.service().getId()).orElse(null);
            if (service == null || !same(service, plan.service())) {
                return false;
            }
            tx.update(change.apply(tx, service));
            return true;
        });
        return changed ? again(plan.service().getId()) : null;
    }

    private static boolean same(Service one, Service other) {
        return one.getSpecVersion().equals(other.getSpecVersion())
                && one.getUpdateStatus().equals(other.getUpdateStatus());
    }

    private Plan again(String serviceId) {
        return store.view()
                .services()
                .get(serviceId)
                .map(service -> new Plan(store.view(), service, timers.now()))
                .orElse(null);
    }

    private void wake(String serviceId, Instant moment, Mode mode) {
        wakeups.put(serviceId, timers.after(Duration.between(timers.now(), moment), () -> {
            Plan plan = again(serviceId);
            if (plan != null) {
                proceed(plan, mode);
            }
        }));
    }
}
