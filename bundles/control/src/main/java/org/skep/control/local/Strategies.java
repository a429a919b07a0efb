package org.skep.control.local;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.skep.api.SkepException;
import org.skep.api.scheduling.PlacementStrategy;

/** The strategies that this node has for placing tasks, which all nodes have alike. */
@Component(service = Strategies.class)
public final class Strategies {

    private final Map<PlacementStrategy, String> names = new ConcurrentHashMap<>();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bind(PlacementStrategy strategy, Map<String, Object> properties) {
        names.put(strategy, String.valueOf(properties.get(PlacementStrategy.PROPERTY)));
    }

    void unbind(PlacementStrategy strategy) {
        names.remove(strategy);
    }

    /**
     * @param name empty for the default
     * @throws SkepException {@code INVALID_PLACEMENT} if there is none of that name
     */
    void check(String name) {
        Set<String> known = new TreeSet<>(names.values());
        if (!name.isEmpty() && !known.contains(name)) {
            throw SkepException.user(
                    "INVALID_PLACEMENT",
                    "there is no placement strategy \"" + Shown.of(name) + "\"",
                    known.isEmpty() ? "leave it out" : "one of " + String.join(", ", known));
        }
    }
}
