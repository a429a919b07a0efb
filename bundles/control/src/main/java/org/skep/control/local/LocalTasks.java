package org.skep.control.local;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.control.Tasks;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.store.View;

/** Tasks, on this manager's store. */
@Component(service = LocalTasks.class)
public final class LocalTasks implements Tasks {

    private final ManagerStore store;

    @Activate
    public LocalTasks(@Reference ManagerStore store) {
        this.store = store;
    }

    static Task find(View view, String reference) {
        if (reference.isBlank()) {
            throw SkepException.user("INVALID_ARGUMENT", "task name or ID must not be empty", "");
        }
        return view.tasks()
                .get(reference)
                .or(() -> named(view, reference))
                .orElseGet(
                        () -> References.unique("task", reference, view.tasks().withIdPrefix(reference)));
    }

    /** A name ends in the task's ID, so that no table of names is needed; {@code SERVICE.SLOT} means the newest one. */
    private static Optional<Task> named(View view, String reference) {
        String last = reference.substring(reference.lastIndexOf('.') + 1);
        return view.tasks()
                .get(last)
                .filter(task -> TaskNames.full(task).equals(reference))
                .or(() -> newestOfSlot(view, reference));
    }

    private static Optional<Task> newestOfSlot(View view, String reference) {
        int dot = reference.lastIndexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        return view.services()
                .named(reference.substring(0, dot))
                .flatMap(service -> view.tasks().ofService(service.getId()).stream()
                        .filter(task -> TaskNames.of(task).equals(reference))
                        .min(TaskOrder.NEWEST_FIRST));
    }

    @Override
    public List<Task> list() {
        return sorted(store.view().tasks().all());
    }

    @Override
    public List<Task> ofService(String serviceId) {
        return sorted(store.view().tasks().ofService(serviceId));
    }

    @Override
    public List<Task> onNode(String nodeId) {
        return sorted(store.view().tasks().onNode(nodeId));
    }

    @Override
    public Task get(String reference) {
        return find(store.view(), reference);
    }

    private static List<Task> sorted(Collection<Task> tasks) {
        return tasks.stream().sorted(TaskOrder.NEWEST_FIRST).toList();
    }
}
