package org.skep.scheduler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.skep.api.scheduling.NodeLoad;
import org.skep.protocol.GenericResource;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Resources;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.placement.GenericResources;
import org.skep.protocol.placement.PublishedPorts;
import org.skep.protocol.placement.PublishedPorts.Port;

/**
 * A node with what its tasks take of it. Changes only by steps, so that a task costs the same on any node. Tasks may be
 * known before their node is.
 */
final class NodeInfo implements NodeLoad {

    private final String id;
    private final Map<String, Integer> activeByService = new HashMap<>();
    private final Map<Port, Integer> hostPorts = new HashMap<>();
    private final List<GenericResource> claimed = new ArrayList<>();
    private Node node;
    private GenericResources generic;
    private int active;
    private int holding;
    private long reservedCpu;
    private long reservedMemory;

    NodeInfo(String id) {
        this.id = id;
        replace(null);
    }

    /** @param newer null while nothing but its tasks is known of the node */
    void replace(Node newer) {
        node = newer;
        generic = new GenericResources(resources().getGenericList());
        generic.take(claimed);
    }

    boolean known() {
        return node != null;
    }

    Node node() {
        return known() ? node : Node.getDefaultInstance();
    }

    /** Whether a node takes tasks at all at this moment. */
    static boolean takesTasks(Node node) {
        return node.getStatus().getState() == NodeStatus.State.READY
                && node.getSpec().getAvailability() == Availability.ACTIVE;
    }

    void add(Task task) {
        count(task, 1);
    }

    void remove(Task task) {
        count(task, -1);
    }

    private void count(Task task, int step) {
        if (active(task)) {
            active += step;
            activeByService.merge(task.getServiceId(), step, NodeInfo::sum);
        }
        if (holdsResources(task)) {
            holding += step;
            Resources reserved = task.getSpec().getResources().getReservations();
            reservedCpu += step * reserved.getNanoCpus();
            reservedMemory += step * reserved.getMemoryBytes();
            PublishedPorts.onHost(task.getEndpoint().getPortsList())
                    .forEach(port -> hostPorts.merge(port, step, NodeInfo::sum));
            claim(task.getAssignedGenericResourcesList(), step);
        }
    }

    private void claim(List<GenericResource> resources, int step) {
        if (step > 0) {
            claimed.addAll(resources);
            generic.take(resources);
        } else {
            resources.forEach(claimed::remove);
            generic.giveBack(resources);
        }
    }

    /** Null once it is zero, so that the map forgets it. */
    private static Integer sum(Integer count, Integer step) {
        int sum = count + step;
        return sum == 0 ? null : sum;
    }

    /** Whether a task is wanted here, whatever state it is in. */
    static boolean active(Task task) {
        return task.getDesiredState().getNumber() <= TaskState.COMPLETE_VALUE;
    }

    static boolean holdsResources(Task task) {
        int state = task.getStatus().getState().getNumber();
        return state >= TaskState.ASSIGNED_VALUE && state <= TaskState.RUNNING_VALUE;
    }

    /** Whether no task counts here. */
    boolean empty() {
        return active == 0 && holding == 0;
    }

    boolean fits(Resources wanted) {
        return fits(wanted.getNanoCpus(), nanoCpus() - reservedCpu)
                && fits(wanted.getMemoryBytes(), memoryBytes() - reservedMemory)
                && (wanted.getGenericCount() == 0 || generic.fits(wanted.getGenericList()));
    }

    private static boolean fits(long wanted, long left) {
        return wanted == 0 || wanted <= left;
    }

    /** What a task gets here that wants these, and that fits. */
    List<GenericResource> choose(List<GenericResource> wanted) {
        return wanted.isEmpty() ? List.of() : generic.choose(wanted);
    }

    boolean free(Collection<Port> ports) {
        for (Port port : ports) {
            if (hostPorts.containsKey(port)) {
                return false;
            }
        }
        return true;
    }

    int active(String serviceId) {
        return activeByService.getOrDefault(serviceId, 0);
    }

    /** The services with active tasks here. */
    Set<String> services() {
        return activeByService.keySet();
    }

    private Resources resources() {
        return node().getDescription().getResources();
    }

    @Override
    public String nodeId() {
        return id;
    }

    @Override
    public String hostname() {
        return node().getDescription().getHostname();
    }

    @Override
    public Map<String, String> labels() {
        return node().getSpec().getAnnotations().getLabelsMap();
    }

    @Override
    public int activeTasks() {
        return active;
    }

    @Override
    public long nanoCpus() {
        return resources().getNanoCpus();
    }

    @Override
    public long memoryBytes() {
        return resources().getMemoryBytes();
    }

    @Override
    public long reservedNanoCpus() {
        return reservedCpu;
    }

    @Override
    public long reservedMemoryBytes() {
        return reservedMemory;
    }

    /** Everything, in an order that does not depend on how it came to be. */
    @Override
    public String toString() {
        return id + (known() ? "" : " unknown") + " active=" + new TreeMap<>(activeByService) + " holding=" + holding
                + " cpu=" + reservedCpu + " memory=" + reservedMemory + " ports=" + sorted(hostPorts.keySet())
                + " claimed=" + sorted(claimed);
    }

    private static List<String> sorted(Collection<?> things) {
        return things.stream().map(Object::toString).sorted().toList();
    }
}
