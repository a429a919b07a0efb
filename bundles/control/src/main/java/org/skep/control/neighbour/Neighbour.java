package org.skep.control.neighbour;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A service that comes and goes; the next one may come before the last one goes. Safe for use from any thread. */
public final class Neighbour<T> {

    private final AtomicReference<T> present = new AtomicReference<>();
    private final Runnable changed;

    /** @param changed called when it has come or gone */
    public Neighbour(Runnable changed) {
        this.changed = changed;
    }

    public void bind(T service) {
        present.set(service);
        changed.run();
    }

    public void unbind(T service) {
        if (present.compareAndSet(service, null)) {
            changed.run();
        }
    }

    public Optional<T> get() {
        return Optional.ofNullable(present.get());
    }
}
