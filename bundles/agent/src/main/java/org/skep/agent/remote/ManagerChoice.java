package org.skep.agent.remote;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers.Manager;

/** Picks managers at random, so that nodes spread over them, and leaves out for a while those that failed. Thread-safe. */
final class ManagerChoice {

    private static final long AVOIDED_NANOS = Duration.ofSeconds(10).toNanos();

    private final LongSupplier nanos;
    private final IntUnaryOperator random;
    private final Map<Endpoint, Long> failures = new HashMap<>();

    /**
     * @param nanos a clock that only goes forward
     * @param random a number from 0 on, below the one given
     */
    ManagerChoice(LongSupplier nanos, IntUnaryOperator random) {
        this.nanos = nanos;
        this.random = random;
    }

    /**
     * @param self taken only if there is no other: through itself a node learns nothing that others do not know
     * @return empty if no manager is known
     */
    synchronized Optional<Manager> pick(List<Manager> known, String self) {
        List<Manager> others =
                known.stream().filter(manager -> !manager.nodeId().equals(self)).toList();
        List<Manager> eligible = others.isEmpty() ? known : others;
        long now = nanos.getAsLong();
        failures.keySet().retainAll(eligible.stream().map(Manager::address).toList());
        List<Manager> sound = eligible.stream()
                .filter(manager -> !failedLately(manager.address(), now))
                .toList();
        if (!sound.isEmpty()) {
            return Optional.of(sound.get(random.applyAsInt(sound.size())));
        }
        return eligible.stream().min((one, other) -> Long.compare(age(other, now), age(one, now)));
    }

    private boolean failedLately(Endpoint address, long now) {
        Long failed = failures.get(address);
        return failed != null && now - failed < AVOIDED_NANOS;
    }

    private long age(Manager manager, long now) {
        return now - failures.getOrDefault(manager.address(), now - AVOIDED_NANOS);
    }

    synchronized void failed(Endpoint address) {
        failures.put(address, nanos.getAsLong());
    }

    synchronized void worked(Endpoint address) {
        failures.remove(address);
    }
}
