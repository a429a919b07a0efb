package org.skep.orchestrator;

import java.util.List;
import java.util.stream.Stream;
import org.skep.protocol.GenericResource;
import org.skep.protocol.Node;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.placement.GenericResources;

/** What a node has to give to its tasks, one after another. */
final class NodeRoom {

    private final boolean known;
    private final List<GenericResource> all;
    private final GenericResources generic;
    private long cpu;
    private long memory;

    NodeRoom(Node node) {
        Resources resources = node.getDescription().getResources();
        // A node that has not said what it has yet is no reason to stop anything.
        known = resources.getNanoCpus() > 0 && resources.getMemoryBytes() > 0;
        cpu = resources.getNanoCpus();
        memory = resources.getMemoryBytes();
        all = resources.getGenericList();
        generic = new GenericResources(all);
    }

    /** Takes what the task has reserved or was given. Returns false, and takes nothing, if it is not there any more. */
    boolean take(Task task) {
        Resources reserved = task.getSpec().getResources().getReservations();
        boolean fits = !known
                || reserved.getNanoCpus() <= cpu
                        && reserved.getMemoryBytes() <= memory
                        && has(task.getAssignedGenericResourcesList());
        if (fits) {
            cpu -= reserved.getNanoCpus();
            memory -= reserved.getMemoryBytes();
            generic.take(task.getAssignedGenericResourcesList());
        }
        return fits;
    }

    private boolean has(List<GenericResource> given) {
        return all.containsAll(given.stream()
                        .filter(GenericResource::hasNamedResourceSpec)
                        .toList())
                && generic.fits(amounts(given).toList());
    }

    private static Stream<GenericResource> amounts(List<GenericResource> given) {
        return given.stream().filter(GenericResource::hasDiscreteResourceSpec);
    }
}
