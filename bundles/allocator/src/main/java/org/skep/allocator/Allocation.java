package org.skep.allocator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.skep.protocol.Endpoint;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.Network;
import org.skep.protocol.PortConfig;
import org.skep.protocol.PortConfig.PublishMode;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.Transaction;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;

/** Allocates what is new, and keeps what cannot be allocated waiting with its reason. */
final class Allocation implements Reconciler {

    private final Store store;
    private Timers timers;
    private final Set<String> waiting = new LinkedHashSet<>();

    Allocation(Store store) {
        this.store = store;
    }

    @Override
    public void attach(Timers clock) {
        timers = clock;
    }

    @Override
    public void resync(View view) throws InterruptedException {
        waiting.clear();
        allocateNetworks(view.networks().all());
        allocateServices(view.services().all());
        allocateTasks(view.tasks().all());
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        List<Network> networks = new ArrayList<>();
        List<Service> services = new ArrayList<>();
        List<Task> tasks = new ArrayList<>();
        for (Change change : changes) {
            if (change.deleted()) {
                waiting.remove(change.id());
            } else if (change.kind() == Kind.NETWORK) {
                networks.add((Network) change.after());
            } else if (change.kind() == Kind.SERVICE) {
                services.add((Service) change.after());
            } else {
                tasks.add((Task) change.after());
            }
        }
        if (!networks.isEmpty()) {
            allocateNetworks(networks);
            waiting.forEach(id -> view.tasks().get(id).ifPresent(tasks::add));
        }
        allocateServices(services);
        allocateTasks(tasks);
    }

    private void allocateNetworks(Collection<Network> networks) throws InterruptedException {
        List<String> fresh = networks.stream()
                .filter(network -> !network.hasDriverState())
                .map(Network::getId)
                .distinct()
                .toList();
        Batches.update(store, fresh, (tx, id) -> tx.networks()
                .get(id)
                .filter(network -> !network.hasDriverState())
                .ifPresent(network -> tx.update(TaskNetworks.allocated(network))));
    }

    private void allocateServices(Collection<Service> services) throws InterruptedException {
        List<String> outdated = services.stream()
                .filter(Allocation::outdated)
                .map(Service::getId)
                .distinct()
                .toList();
        Batches.update(store, outdated, (tx, id) -> tx.services()
                .get(id)
                .filter(Allocation::outdated)
                .ifPresent(service -> tx.update(service.toBuilder()
                        .setEndpoint(endpoint(service.getSpec().getEndpoint()))
                        .build())));
    }

    private static boolean outdated(Service service) {
        return !service.getEndpoint().equals(endpoint(service.getSpec().getEndpoint()))
                || !service.hasEndpoint() && service.getSpec().hasEndpoint();
    }

    private void allocateTasks(Collection<Task> tasks) throws InterruptedException {
        List<String> fresh = tasks.stream()
                .filter(Allocation::fresh)
                .map(Task::getId)
                .distinct()
                .toList();
        waiting.addAll(fresh);
        Batches.update(
                store,
                fresh,
                (tx, id) -> tx.tasks().get(id).filter(Allocation::fresh).ifPresent(task -> allocate(tx, task)));
        abandon(tasks);
        View view = store.view();
        waiting.removeIf(id -> view.tasks().get(id).filter(Allocation::fresh).isEmpty());
    }

    /** What nobody wants any more before it was allocated is over; what is to be removed goes without that. */
    private void abandon(Collection<Task> tasks) throws InterruptedException {
        List<String> unwanted = tasks.stream()
                .filter(Allocation::unwanted)
                .map(Task::getId)
                .distinct()
                .toList();
        Batches.update(store, unwanted, (tx, id) -> tx.tasks()
                .get(id)
                .filter(Allocation::unwanted)
                .ifPresent(task -> tx.update(task.toBuilder()
                        .setStatus(status(TaskState.SHUTDOWN, "stopped before it was allocated", ""))
                        .build())));
    }

    private static boolean unwanted(Task task) {
        return task.getStatus().getState() == TaskState.NEW && task.getDesiredState() == TaskState.SHUTDOWN;
    }

    private static boolean fresh(Task task) {
        return task.getStatus().getState() == TaskState.NEW
                && task.getDesiredState().getNumber() <= TaskState.COMPLETE_VALUE;
    }

    private void allocate(Transaction tx, Task task) {
        try {
            refuseIngress(task);
            Task.Builder allocated = task.toBuilder()
                    .clearNetworks()
                    .addAllNetworks(TaskNetworks.attach(tx, task.getSpec()))
                    .setStatus(status(TaskState.PENDING, "pending task scheduling", ""));
            if (task.hasEndpoint()) {
                allocated.setEndpoint(endpoint(task.getEndpoint().getSpec()));
            }
            tx.update(allocated.build());
        } catch (NotAllocatableException e) {
            String reason = e.getMessage();
            if (!task.getStatus().getErr().equals(reason)) {
                tx.update(task.toBuilder()
                        .setStatus(status(TaskState.NEW, "waiting for allocation", reason))
                        .build());
            }
        }
    }

    private static void refuseIngress(Task task) throws NotAllocatableException {
        for (PortConfig port : task.getEndpoint().getSpec().getPortsList()) {
            if (port.getPublishMode() != PublishMode.HOST) {
                throw new NotAllocatableException(
                        "port " + port.getTargetPort() + ": publish mode ingress is not supported yet, use mode=host");
            }
        }
    }

    private static Endpoint endpoint(EndpointSpec spec) {
        List<PortConfig> hostPorts = spec.getPortsList().stream()
                .filter(port -> port.getPublishMode() == PublishMode.HOST)
                .toList();
        return Endpoint.newBuilder().setSpec(spec).addAllPorts(hostPorts).build();
    }

    private TaskStatus status(TaskState state, String message, String error) {
        return TaskStatus.newBuilder()
                .setState(state)
                .setTimestamp(Times.timestamp(timers.now()))
                .setMessage(message)
                .setErr(error)
                .build();
    }

    @Override
    public String toString() {
        return "allocator";
    }
}
