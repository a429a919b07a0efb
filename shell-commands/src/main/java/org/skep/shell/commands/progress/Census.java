package org.skep.shell.commands.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.skep.control.ServiceChanges.Snapshot;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskState;
import org.skep.shell.commands.listing.NaturalOrder;

/**
 * What there is of a service at one moment.
 *
 * @param places slots, or nodes of a global service, with their tasks that count
 * @param running how many of them have a task that runs
 * @param done how many are as they shall be: running, or completed if it is a job
 * @param total how many there shall be
 */
record Census(Service service, Map<String, List<Task>> places, long running, long done, long total) {

    static Census of(Snapshot snapshot) {
        Service service = snapshot.service();
        Map<String, List<Task>> places = new TreeMap<>(new NaturalOrder());
        snapshot.tasks().stream()
                .filter(task -> Attempt.counts(task, service, snapshot.nodes()))
                .forEach(task -> places.computeIfAbsent(place(task, service), place -> new ArrayList<>())
                        .add(task));
        long running = count(places, Attempt::runs);
        boolean job = isJob(service);
        return new Census(
                service,
                places,
                running,
                job ? count(places, task -> task.getStatus().getState() == TaskState.COMPLETE) : running,
                total(service.getSpec(), places.size()));
    }

    /** The slots of a job begin with 0, which elsewhere means a node. */
    private static String place(Task task, Service service) {
        return service.getSpec().hasReplicatedJob() ? String.valueOf(task.getSlot()) : TaskNames.place(task);
    }

    private static long count(Map<String, List<Task>> places, Predicate<Task> wanted) {
        return places.values().stream()
                .filter(tasks -> tasks.stream().anyMatch(wanted))
                .count();
    }

    private static long total(ServiceSpec spec, long places) {
        return switch (spec.getModeCase()) {
            case REPLICATED -> spec.getReplicated().getReplicas();
            case REPLICATED_JOB -> spec.getReplicatedJob().getTotalCompletions();
            default -> places;
        };
    }

    static boolean isJob(Service service) {
        return service.getSpec().hasReplicatedJob() || service.getSpec().hasGlobalJob();
    }

    boolean job() {
        return isJob(service);
    }

    /** Whether it has a task on every node, however many those are. */
    boolean global() {
        return service.getSpec().hasGlobal() || service.getSpec().hasGlobalJob();
    }

    boolean complete() {
        return done == total && (!global() || total > 0);
    }
}
