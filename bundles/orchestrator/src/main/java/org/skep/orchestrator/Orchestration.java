package org.skep.orchestrator;

import java.util.List;
import org.skep.store.Change;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/** The orchestrator's parts, which share one thread. Each finds done what those before it have decided. */
final class Orchestration implements Reconciler {

    private final List<Reconciler> parts;

    Orchestration(Store store) {
        parts = List.of(
                new DelayedStarts(store),
                new Enforcer(store),
                new Relocations(store),
                new ServiceLoop(store),
                new Reaper(store));
    }

    @Override
    public void attach(Timers timers) {
        parts.forEach(part -> part.attach(timers));
    }

    @Override
    public void resync(View view) throws InterruptedException {
        for (Reconciler part : parts) {
            part.resync(view);
        }
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        for (Reconciler part : parts) {
            part.changed(view, changes);
        }
    }

    @Override
    public String toString() {
        return "orchestrator";
    }
}
