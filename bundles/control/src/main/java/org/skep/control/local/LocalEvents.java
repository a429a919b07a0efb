package org.skep.control.local;

import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.control.Events;
import org.skep.control.neighbour.Managers;
import org.skep.store.Changes;
import org.skep.store.Consensus;
import org.skep.store.Kind;
import org.skep.store.Store;

/** What happens in this manager's copy of the state, and to the managers as this one sees them. Recorded from the start. */
@Component(service = LocalEvents.class, immediate = true)
public final class LocalEvents implements Events {

    private final ManagerStore access;
    private final Clock clock;
    private Recording recording;
    private final Managers managers = new Managers(() -> {});

    @Activate
    public LocalEvents(@Reference ManagerStore access) {
        this(access, Clock.systemUTC());
    }

    LocalEvents(ManagerStore access, Clock clock) {
        this.access = access;
        this.clock = clock;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    synchronized void bindStore(Store store) {
        endRecording();
        recording = new Recording(store);
    }

    synchronized void unbindStore(Store store) {
        if (recording != null && recording.store == store) {
            endRecording();
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindConsensus(Consensus service) {
        ManagerChanges changes = new ManagerChanges(service.status());
        managers.bind(service, status -> managersChanged(changes, status));
    }

    void unbindConsensus(Consensus service) {
        managers.unbind(service);
    }

    @Deactivate
    synchronized void close() {
        endRecording();
    }

    private void endRecording() {
        if (recording != null) {
            recording.close();
            recording = null;
        }
    }

    private void managersChanged(ManagerChanges changes, Consensus.Status status) {
        Recording current = current();
        if (current != null) {
            synchronized (changes) {
                changes.to(status, current.store.view(), clock.instant()).forEach(current.log::add);
            }
        }
    }

    /** Something that no change of an object tells. */
    void happened(Function<Instant, Event> event) {
        Recording current = current();
        if (current != null) {
            current.log.add(event.apply(clock.instant()));
        }
    }

    private synchronized Recording current() {
        return recording;
    }

    @Override
    public void follow(Optional<Instant> since, Optional<Instant> until, Consumer<Event> sink)
            throws InterruptedException {
        access.source();
        Recording current = current();
        if (current == null) {
            throw ManagerStore.notManager();
        }
        current.log.follow(since, until, sink);
    }

    /** Hears one store for as long as it is there. */
    private final class Recording {

        private final Store store;
        private final EventLog log = new EventLog(clock);
        private final Store.Watch watch;
        private boolean populated;

        Recording(Store store) {
            this.store = store;
            watch = store.watch(EnumSet.complementOf(EnumSet.of(Kind.CLUSTER)), this::changed);
        }

        /** What a new manager learns from the others, or a new swarm begins with, is nothing that happens. */
        private void changed(Changes changes) {
            if (populated) {
                Instant now = clock.instant();
                changes.changes().forEach(change -> Happening.of(change, now).ifPresent(log::add));
            }
            populated = changes.view().cluster().isPresent();
        }

        void close() {
            watch.close();
            log.end();
        }
    }
}
