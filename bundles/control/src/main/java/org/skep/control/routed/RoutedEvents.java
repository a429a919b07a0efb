package org.skep.control.routed;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.skep.control.Events;

/** What happens, as this manager sees it: for that, it needs no leader. */
record RoutedEvents(Router router) implements Events {

    @Override
    public void follow(Optional<Instant> since, Optional<Instant> until, Consumer<Event> sink)
            throws InterruptedException {
        router.local().events().follow(since, until, sink);
    }
}
