package org.skep.control;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What happens to the swarm's objects, as any manager sees it: a change of leader leaves no gap. A manager remembers the
 * last thousand events.
 */
public interface Events {

    /**
     * Sends events to {@code sink} until {@code until} has passed, or for ever.
     *
     * @param since remembered events from this moment on come first; empty for none
     * @throws InterruptedException to stop
     */
    void follow(Optional<Instant> since, Optional<Instant> until, Consumer<Event> sink) throws InterruptedException;

    /**
     * One change of one object.
     *
     * @param type {@code node}, {@code service}, {@code network}, {@code config}, {@code secret}, {@code volume}, {@code task}
     * @param action {@code create}, {@code update} or {@code remove}; of a task also, on the manager that leads, {@code
     *     exec_start} and {@code exec_end}
     * @param attributes {@code name}, and what changed, such as {@code state.old} and {@code state.new}
     */
    record Event(Instant time, String type, String action, String id, Map<String, String> attributes) {
        public static final List<String> TYPES =
                List.of("node", "service", "network", "config", "secret", "volume", "task");

        public Event {
            attributes = Map.copyOf(attributes);
        }
    }
}
