package org.skep.control.local;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.skep.api.scheduling.PlacementStrategy;
import org.skep.control.Services.Explanation;
import org.skep.protocol.Mount;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Placement;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.protocol.Volume;
import org.skep.protocol.placement.Constraint;
import org.skep.store.View;

/** Tells for each slot of a service where its newest task is and why, or why it is not running. */
final class ServiceExplanation {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ISO_INSTANT.withZone(ZoneOffset.UTC);
    private static final long DEFAULT_RESTART_SECONDS = 5;

    private final View view;
    private final Service service;
    private final Instant now;

    ServiceExplanation(View view, Service service, Instant now) {
        this.view = view;
        this.service = service;
        this.now = now;
    }

    List<Explanation> lines() {
        Map<String, List<Task>> slots =
                new TreeMap<>(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()));
        view.tasks().ofService(service.getId()).stream()
                .filter(this::ofThisRun)
                .sorted(TaskOrder.NEWEST_FIRST)
                .forEach(task -> slots.computeIfAbsent(place(task), slot -> new ArrayList<>())
                        .add(task));
        List<Explanation> explanations = new ArrayList<>();
        slots.values().forEach(tasks -> explanations.add(slot(tasks)));
        if (onEachNode()) {
            explainAbsentNodes(slots, explanations);
        } else {
            explainMissingReplicas(slots, explanations);
        }
        explainUpdate(explanations);
        return explanations;
    }

    /** A job begins anew with each update. */
    private boolean ofThisRun(Task task) {
        return !ServiceRules.isJob(service.getSpec())
                || task.getJobIteration().equals(service.getJobStatus().getJobIteration());
    }

    private String place(Task task) {
        return onEachNode() ? task.getNodeId() : String.valueOf(task.getSlot());
    }

    private boolean onEachNode() {
        return service.getSpec().hasGlobal() || service.getSpec().hasGlobalJob();
    }

    private String subject(Task task) {
        String name = LocalServices.name(service);
        return onEachNode() ? name + "." + nodeName(task.getNodeId()) : name + "." + task.getSlot();
    }

    private Explanation slot(List<Task> newestFirst) {
        Task task = newestFirst.get(0);
        Optional<Task> earlier = newestFirst.stream().skip(1).findFirst();
        List<String> reasons = new ArrayList<>();
        TaskState state = task.getStatus().getState();
        if (task.getDesiredState() == TaskState.REMOVE) {
            reasons.add("being removed: the service was scaled down or deleted");
        } else if (state.getNumber() > TaskState.RUNNING_VALUE) {
            explainEnded(task, reasons);
        } else if (task.getDesiredState() == TaskState.SHUTDOWN) {
            reasons.add("being stopped" + onNode(task));
        } else {
            explainLive(task, earlier, reasons);
        }
        return new Explanation(task.getId(), subject(task), reasons);
    }

    private void explainLive(Task task, Optional<Task> earlier, List<String> reasons) {
        String error = task.getStatus().getErr();
        switch (task.getStatus().getState()) {
            case NEW -> reasons.add("waiting for its networks and ports" + because(error));
            case PENDING ->
                reasons.add(error.isEmpty() ? "waiting for a node to be chosen" : "no node can take it: " + error);
            case RUNNING ->
                reasons.add("running" + onNode(task) + " since "
                        + time(task.getStatus().getTimestamp()));
            default -> explainStarting(task, earlier, reasons);
        }
        if (!task.getNodeId().isEmpty()) {
            explainDrivers(task, reasons);
            explainPlacement(task, reasons);
        }
        explainNode(task, reasons);
        earlier.filter(ServiceExplanation::failed).ifPresent(failed -> reasons.add(ended("the one before", failed)));
    }

    private void explainStarting(Task task, Optional<Task> earlier, List<String> reasons) {
        boolean held = task.getDesiredState() == TaskState.READY;
        String state = task.getStatus().getState().name().toLowerCase(Locale.ROOT);
        String message = task.getStatus().getMessage();
        if (held && task.hasCrashLoop()) {
            long failures = task.getCrashLoop().getFailures();
            reasons.add(state + onNode(task) + ": "
                    + (failures < 2 ? "" : "crash loop, " + failures + " tasks failed one after another; ")
                    + "next start "
                    + when(Times.instant(task.getCrashLoop().getNextTry())));
        } else if (held && earlier.isPresent() && failed(earlier.get())) {
            Instant next =
                    Times.instant(earlier.get().getStatus().getTimestamp()).plus(restartDelay(task));
            reasons.add(state + onNode(task) + ": next start " + when(next) + " (restart delay "
                    + seconds(restartDelay(task)) + ")");
        } else if (held) {
            reasons.add(state + onNode(task) + ": starts when the task that it replaces has ended");
        } else {
            reasons.add(state + onNode(task) + (message.isEmpty() || message.equals(state) ? "" : ": " + message));
        }
        if (!task.getStatus().getErr().isEmpty()) {
            reasons.add("last error: " + task.getStatus().getErr());
        }
    }

    private String when(Instant next) {
        return next.isAfter(now)
                ? "in " + Math.max(1, ChronoUnit.SECONDS.between(now, next)) + "s"
                : "as soon as the one before has ended";
    }

    private void explainEnded(Task task, List<String> reasons) {
        reasons.add(ended("", task));
        if (ServiceRules.isJob(service.getSpec()) && task.getStatus().getState() == TaskState.COMPLETE) {
            return;
        }
        RestartPolicy policy = task.getSpec().getRestart();
        boolean hasPolicy = task.getSpec().hasRestart();
        if (hasPolicy && policy.getCondition() == RestartPolicy.RestartCondition.NONE) {
            reasons.add("not restarted: the restart condition is none");
        } else if (hasPolicy
                && policy.getCondition() == RestartPolicy.RestartCondition.ON_FAILURE
                && task.getStatus().getState() == TaskState.COMPLETE) {
            reasons.add("not restarted: it completed, and the restart condition is on-failure");
        } else if (policy.getMaxAttempts() > 0) {
            reasons.add("not restarted: at most " + policy.getMaxAttempts() + " restarts"
                    + (policy.hasWindow() ? " within " + seconds(policy.getWindow()) : ""));
        } else if (task.getDesiredState().getNumber() <= TaskState.RUNNING_VALUE) {
            reasons.add("a new task will take its place");
        }
    }

    private void explainDrivers(Task task, List<String> reasons) {
        Optional<Node> node = view.nodes().get(task.getNodeId());
        if (node.isEmpty() || task.getStatus().getState().getNumber() >= TaskState.RUNNING_VALUE) {
            return;
        }
        List<String> present = node.get().getDescription().getEngine().getPluginsList().stream()
                .filter(plugin -> plugin.getType().equals("Volume"))
                .map(plugin -> plugin.getName())
                .toList();
        task.getSpec().getContainer().getMountsList().stream()
                .filter(mount -> mount.getType() == Mount.Type.VOLUME)
                .map(this::driverOf)
                .distinct()
                .filter(driver -> !present.contains(driver))
                .filter(driver -> !task.getStatus().getMessage().contains("driver " + driver))
                .forEach(driver -> reasons.add("waiting for volume driver " + driver + onNode(task)));
    }

    private String driverOf(Mount mount) {
        String asked = mount.getVolumeOptions().getDriverConfig().getName();
        return view.volumes()
                .named(mount.getSource())
                .map(Volume::getSpec)
                .map(spec -> spec.getDriver().getName())
                .orElse(asked.isEmpty() ? "local" : asked);
    }

    private void explainPlacement(Task task, List<String> reasons) {
        List<Constraint> constraints = constraints();
        long usable = view.nodes().all().stream()
                .filter(ServiceExplanation::usable)
                .filter(node -> Constraint.allMet(constraints, node))
                .count();
        List<String> wanted = new ArrayList<>(List.of("ready", "active"));
        constraints.forEach(constraint -> wanted.add(constraint.toString()));
        reasons.add(rule() + String.join(", ", wanted) + " (" + usable + " of "
                + view.nodes().size() + " now)");
    }

    private String rule() {
        if (onEachNode()) {
            return "placed one on each node that is ";
        }
        Placement placement = service.getSpec().getTask().getPlacement();
        List<String> over = new ArrayList<>();
        placement
                .getPreferencesList()
                .forEach(preference -> over.add(preference.getSpread().getSpreadDescriptor()));
        boolean spread =
                placement.getStrategy().isEmpty() || placement.getStrategy().equals(PlacementStrategy.DEFAULT);
        if (spread) {
            over.add("nodes that are ");
            return "placed by spreading over " + String.join(", then over ", over);
        }
        return "placed by strategy " + placement.getStrategy()
                + (over.isEmpty() ? "" : ", spread over " + String.join(", then over ", over) + ",")
                + " on nodes that are ";
    }

    private void explainNode(Task task, List<String> reasons) {
        if (task.getNodeId().isEmpty()) {
            return;
        }
        Optional<Node> node = view.nodes().get(task.getNodeId());
        if (node.isEmpty()) {
            reasons.add("its node is no longer part of the swarm");
        } else if (node.get().getStatus().getState() != NodeStatus.State.READY) {
            reasons.add("node " + LocalNodes.name(node.get()) + " is "
                    + node.get().getStatus().getState().name().toLowerCase(Locale.ROOT)
                    + because(node.get().getStatus().getMessage()));
        }
    }

    private void explainAbsentNodes(Map<String, List<Task>> slots, List<Explanation> explanations) {
        List<Constraint> constraints = constraints();
        for (Node node : view.nodes().all()) {
            if (slots.containsKey(node.getId())) {
                continue;
            }
            String why;
            if (!Constraint.allMet(constraints, node)) {
                why = "does not meet "
                        + String.join(
                                ", ",
                                constraints.stream()
                                        .filter(constraint -> !constraint.metBy(node))
                                        .map(Constraint::toString)
                                        .toList());
            } else if (node.getSpec().getAvailability() != NodeSpec.Availability.ACTIVE) {
                why = "its availability is "
                        + node.getSpec().getAvailability().name().toLowerCase(Locale.ROOT);
            } else if (node.getStatus().getState() != NodeStatus.State.READY) {
                why = "it is " + node.getStatus().getState().name().toLowerCase(Locale.ROOT);
            } else {
                why = "it was not made yet";
            }
            explanations.add(new Explanation(
                    "",
                    LocalServices.name(service) + "." + LocalNodes.name(node),
                    List.of("no task on node " + LocalNodes.name(node) + ": " + why)));
        }
    }

    private void explainMissingReplicas(Map<String, List<Task>> slots, List<Explanation> explanations) {
        if (service.getSpec().hasReplicatedJob()) {
            explainMissingCompletions(slots, explanations);
            return;
        }
        long wanted = service.getSpec().getReplicated().getReplicas();
        if (wanted == 0) {
            explanations.add(new Explanation("", LocalServices.name(service), List.of("the service has 0 replicas")));
        } else if (slots.size() < wanted) {
            explanations.add(new Explanation(
                    "",
                    LocalServices.name(service),
                    List.of((wanted - slots.size()) + " of " + wanted + " replicas have no task yet")));
        }
    }

    private void explainMissingCompletions(Map<String, List<Task>> slots, List<Explanation> explanations) {
        long total = service.getSpec().getReplicatedJob().getTotalCompletions();
        long concurrent = service.getSpec().getReplicatedJob().getMaxConcurrent();
        long done = slots.values().stream()
                .filter(tasks ->
                        tasks.stream().anyMatch(task -> task.getStatus().getState() == TaskState.COMPLETE))
                .count();
        String rest = slots.size() < total
                ? "; " + (total - slots.size()) + " wait, because at most " + concurrent + " run at a time"
                : "";
        explanations.add(new Explanation(
                "", LocalServices.name(service), List.of(done + " of " + total + " tasks have completed" + rest)));
    }

    private void explainUpdate(List<Explanation> explanations) {
        String state =
                switch (service.getUpdateStatus().getState()) {
                    case UPDATING -> "update in progress";
                    case PAUSED -> "update paused";
                    case ROLLBACK_STARTED -> "rollback in progress";
                    case ROLLBACK_PAUSED -> "rollback paused";
                    default -> "";
                };
        if (!state.isEmpty()) {
            String message = service.getUpdateStatus().getMessage();
            String reason = message.equals(state) ? "" : because(message);
            explanations.add(new Explanation("", LocalServices.name(service), List.of(state + reason)));
        }
    }

    private List<Constraint> constraints() {
        return Constraint.parseAll(service.getSpec().getTask().getPlacement().getConstraintsList());
    }

    private static boolean usable(Node node) {
        return node.getStatus().getState() == NodeStatus.State.READY
                && node.getSpec().getAvailability() == NodeSpec.Availability.ACTIVE;
    }

    private static boolean failed(Task task) {
        int state = task.getStatus().getState().getNumber();
        return state == TaskState.FAILED_VALUE
                || state == TaskState.REJECTED_VALUE
                || state == TaskState.ORPHANED_VALUE;
    }

    private String ended(String which, Task task) {
        String state = task.getStatus().getState().name().toLowerCase(Locale.ROOT);
        String error = task.getStatus().getErr();
        String reason = error.isEmpty() ? exit(task) : error;
        return (which.isEmpty() ? "" : which + " ") + state + onNode(task) + " at "
                + time(task.getStatus().getTimestamp()) + because(reason);
    }

    private static String exit(Task task) {
        return task.getStatus().hasContainer()
                        && task.getStatus().getContainer().getExitCode() != 0
                ? "exit code " + task.getStatus().getContainer().getExitCode()
                : "";
    }

    private String onNode(Task task) {
        return task.getNodeId().isEmpty() ? "" : " on node " + nodeName(task.getNodeId());
    }

    private String nodeName(String id) {
        return view.nodes().get(id).map(LocalNodes::name).orElse(id);
    }

    private static String because(String reason) {
        return reason.isEmpty() ? "" : ": " + reason;
    }

    private static java.time.Duration restartDelay(Task task) {
        Duration delay = task.getSpec().getRestart().getDelay();
        return task.getSpec().getRestart().hasDelay()
                ? Times.duration(delay)
                : java.time.Duration.ofSeconds(DEFAULT_RESTART_SECONDS);
    }

    private static String seconds(java.time.Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private static String seconds(Duration duration) {
        return seconds(Times.duration(duration));
    }

    private static String time(Timestamp time) {
        return TIME.format(Times.instant(time).truncatedTo(ChronoUnit.SECONDS));
    }
}
