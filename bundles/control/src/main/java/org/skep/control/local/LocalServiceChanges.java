package org.skep.control.local;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.SkepException;
import org.skep.control.ServiceChanges;
import org.skep.protocol.Service;
import org.skep.store.Changes;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.View;

/**
 * Follows services in this manager's store, whoever leads: that the leader changes goes unnoticed. A watch keeps the last
 * view only, so that a slow follower costs nothing.
 */
@Component(service = LocalServiceChanges.class)
public final class LocalServiceChanges implements ServiceChanges {

    private final ManagerStore store;
    private final Set<Following> open = ConcurrentHashMap.newKeySet();

    @Activate
    public LocalServiceChanges(@Reference ManagerStore store) {
        this.store = store;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStore(Store service) {
        // Followers ask for it when they start; it matters here when it goes.
    }

    void unbindStore(Store service) {
        open.stream().filter(following -> following.source == service).forEach(Following::close);
    }

    @Deactivate
    void close() {
        open.forEach(Following::close);
    }

    @Override
    public Follower follow(String serviceId) {
        return follow(
                store.view().services().get(serviceId).orElseThrow(() -> Refusals.notFound("service", serviceId)));
    }

    /** Follows what is known of a service already: states that are older are not returned. */
    public Follower follow(Service known) {
        Following following = new Following(
                store.source(), known.getId(), known.getMeta().getVersion().getIndex());
        open.add(following);
        following.start();
        return following;
    }

    private final class Following implements Follower {

        private final Store source;
        private final String serviceId;
        private final long from;
        private Store.Watch watch;
        private View latest;
        private boolean closed;
        private Snapshot returned;

        Following(Store source, String serviceId, long from) {
            this.source = source;
            this.serviceId = serviceId;
            this.from = from;
        }

        void start() {
            watch = source.watch(EnumSet.of(Kind.SERVICE, Kind.TASK, Kind.NODE), this::changed);
        }

        private synchronized void changed(Changes changes) {
            if (changes.view().index() >= from) {
                latest = changes.view();
                notifyAll();
            }
        }

        @Override
        public Snapshot next(Duration timeout) throws InterruptedException {
            long deadline = System.nanoTime() + timeout.toNanos();
            while (true) {
                View view = await(deadline);
                if (view == null) {
                    return null;
                }
                Snapshot snapshot = snapshot(view);
                if (!snapshot.equals(returned)) {
                    returned = snapshot;
                    return snapshot;
                }
            }
        }

        private synchronized View await(long deadline) throws InterruptedException {
            while (latest == null && !closed) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return null;
                }
                wait(left / 1_000_000 + 1);
            }
            if (closed) {
                throw SkepException.state("INTERRUPTED", "no longer following the service", "");
            }
            View view = latest;
            latest = null;
            return view;
        }

        private Snapshot snapshot(View view) {
            Service service = view.services().get(serviceId).orElseThrow(() -> Refusals.notFound("service", serviceId));
            return new Snapshot(
                    service,
                    view.tasks().ofService(serviceId).stream()
                            .sorted(TaskOrder.NEWEST_FIRST)
                            .toList(),
                    view.nodes().all().stream().toList());
        }

        @Override
        public void close() {
            open.remove(this);
            if (watch != null) {
                watch.close();
            }
            synchronized (this) {
                closed = true;
                notifyAll();
            }
        }
    }
}
