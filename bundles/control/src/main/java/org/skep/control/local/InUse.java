package org.skep.control.local;

import java.util.List;
import org.skep.api.SkepException;

/** Refuses to remove what others need. */
final class InUse {

    private static final int MOST_NAMED = 5;

    private InUse() {}

    /**
     * @param services names of the services that need it
     * @param tasks names of the tasks that still have it, though their service does not
     * @throws SkepException {@code IN_USE}
     */
    static void check(String noun, String name, List<String> services, List<String> tasks) {
        if (!services.isEmpty()) {
            throw refused(noun, name, services.size() == 1 ? "service" : "services", services);
        }
        if (!tasks.isEmpty()) {
            throw refused(noun, name, tasks.size() == 1 ? "task" : "tasks", tasks);
        }
    }

    private static SkepException refused(String noun, String name, String users, List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())));
        String more = names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "";
        return SkepException.state(
                "IN_USE",
                noun + " " + name + " is in use by " + users + " " + shown + more,
                "remove what uses it first");
    }
}
