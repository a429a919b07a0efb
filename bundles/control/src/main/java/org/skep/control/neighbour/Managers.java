package org.skep.control.neighbour;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.skep.store.Consensus;
import org.skep.store.Consensus.Status;

/** Consensus as it comes and goes, followed for as long as it is there. Safe for use from any thread. */
public final class Managers {

    private final Neighbour<Consensus> consensus;
    private final Map<Consensus, Consensus.Follower> following = new ConcurrentHashMap<>();

    /** @param changed called when it has come or gone */
    public Managers(Runnable changed) {
        consensus = new Neighbour<>(changed);
    }

    /** @param listener called with each new status of this one */
    public void bind(Consensus service, Consumer<Status> listener) {
        following.put(service, service.follow(listener));
        consensus.bind(service);
    }

    public void unbind(Consensus service) {
        consensus.unbind(service);
        Consensus.Follower follower = following.remove(service);
        if (follower != null) {
            follower.close();
        }
    }

    public Optional<Consensus> get() {
        return consensus.get();
    }

    public Optional<Status> status() {
        return get().map(Consensus::status);
    }
}
