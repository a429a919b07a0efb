package org.skep.orchestrator;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.skep.protocol.Service;
import org.skep.protocol.Task;

/** Which services to look at, each as a whole or at some of its slots only. */
final class Due {

    private final Map<String, Look> looks = new LinkedHashMap<>();

    /**
     * @param whole whether to look at all of the service
     * @param slots where to look if that is enough
     */
    record Look(String serviceId, boolean whole, Set<SlotKey> slots) {}

    void clear() {
        looks.clear();
    }

    /** All of a service. */
    void add(String serviceId) {
        if (!serviceId.isEmpty()) {
            looks.put(serviceId, new Look(serviceId, true, Set.of()));
        }
    }

    /** The slot of one of its tasks. */
    void add(Service service, Task task) {
        Look look = looks.computeIfAbsent(service.getId(), id -> new Look(id, false, new HashSet<>()));
        if (!look.whole()) {
            look.slots().add(SlotKey.of(task, service));
        }
    }

    /** The one that has waited longest, which waits no more; null if there is none. */
    Look next() {
        if (looks.isEmpty()) {
            return null;
        }
        String first = looks.keySet().iterator().next();
        return looks.remove(first);
    }
}
