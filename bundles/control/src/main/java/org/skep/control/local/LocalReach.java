package org.skep.control.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.SkepException;
import org.skep.control.Reach;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskState;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.ExecPlace;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.Problem;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.reach.Usage;
import org.skep.protocol.reach.UsageQuestion;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.session.Inbox;
import org.skep.protocol.session.Intake;
import org.skep.protocol.session.ReachBroker;
import org.skep.store.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches into tasks through the broker of this manager. */
@Component(service = LocalReach.class)
public final class LocalReach implements Reach {

    /** Nodes that take longer are left out of what is shown again and again. */
    private static final Duration A_MOMENT = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(LocalReach.class);

    private final ManagerStore store;
    private final LocalEvents events;
    private volatile ReachBroker broker;

    @Activate
    public LocalReach(@Reference ManagerStore store, @Reference LocalEvents events) {
        this.store = store;
        this.events = events;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindBroker(ReachBroker service) {
        broker = service;
    }

    void unbindBroker(ReachBroker service) {
        if (broker == service) {
            broker = null;
        }
    }

    private ReachBroker broker() {
        ReachBroker present = broker;
        if (present == null) {
            throw SkepException.state("NO_LEADER", "the swarm has no leader to reach its nodes", "try again");
        }
        return present;
    }

    @Override
    public int exec(ExecStart start, Requester by, Console console) throws InterruptedException {
        View view = store.view();
        Task task = running(view, start.getTaskId());
        ExecStart command = start.toBuilder().setTaskId(task.getId()).build();
        Inbox<FromNode> answers = new Inbox<>();
        Intake<ToNode> node = broker().ask(
                        task.getNodeId(),
                        ReachRequest.newBuilder().setExec(command).build(),
                        answers);
        ExecEvents told = new ExecEvents(task, command, by);
        events.happened(told::started);
        OptionalInt status = OptionalInt.empty();
        try {
            console.begin(
                    place(view, task),
                    input -> node.take(ToNode.newBuilder().setExec(input).build()));
            status = OptionalInt.of(attend(answers, console));
            return status.getAsInt();
        } finally {
            node.end();
            answers.close();
            OptionalInt last = status;
            events.happened(now -> told.ended(now, last));
        }
    }

    private static int attend(Inbox<FromNode> answers, Console console) throws InterruptedException {
        for (Optional<FromNode> next = answers.next(); next.isPresent(); next = answers.next()) {
            ExecOutput output = next.get().getExec();
            switch (output.getWhatCase()) {
                case OUT, ERR -> console.output(output);
                case EXIT_CODE -> {
                    return output.getExitCode();
                }
                case PROBLEM -> throw failure(output.getProblem());
                case WHAT_NOT_SET -> {
                    // of a newer version
                }
            }
        }
        throw SkepException.state("EXEC_FAILED", "the node did not say how the command ended", "");
    }

    private static SkepException failure(Problem problem) {
        return SkepException.state(problem.getCode(), problem.getMessage(), "");
    }

    /** Where {@code SERVICE.SLOT} has several tasks, the one that runs is meant, even if a newer one is on its way. */
    private static Task running(View view, String reference) {
        Task found = LocalTasks.find(view, reference);
        Task task = view.tasks().ofService(found.getServiceId()).stream()
                .filter(other -> TaskNames.of(other).equals(reference) && runs(other))
                .min(TaskOrder.NEWEST_FIRST)
                .orElse(found);
        if (!runs(task)) {
            String state = task.getStatus().getState().name().toLowerCase(Locale.ROOT);
            throw SkepException.state(
                    "TASK_NOT_RUNNING",
                    "task " + reference + " does not run: it is " + state,
                    "\"service ps\" shows the tasks that do");
        }
        return task;
    }

    private static boolean runs(Task task) {
        return task.getStatus().getState() == TaskState.RUNNING;
    }

    private static ExecPlace place(View view, Task task) {
        return ExecPlace.newBuilder()
                .setTaskId(task.getId())
                .setTaskName(TaskNames.of(task))
                .setNodeId(task.getNodeId())
                .setHostname(
                        view.nodes().get(task.getNodeId()).map(LocalNodes::name).orElse(""))
                .build();
    }

    @Override
    public List<Usage> usage(List<String> taskIds) throws InterruptedException {
        View view = store.view();
        Map<String, UsageQuestion.Builder> questions = new LinkedHashMap<>();
        for (String id : taskIds) {
            view.tasks().get(id).filter(LocalReach::runs).ifPresent(task -> questions
                    .computeIfAbsent(task.getNodeId(), node -> UsageQuestion.newBuilder())
                    .addTaskIds(id));
        }
        ReachBroker present = broker();
        Map<Inbox<FromNode>, Intake<ToNode>> asked = new LinkedHashMap<>();
        questions.forEach((node, question) -> {
            Inbox<FromNode> answers = new Inbox<>();
            ReachRequest request = ReachRequest.newBuilder().setUsage(question).build();
            asked.put(answers, present.ask(node, request, answers));
        });
        try {
            return gather(asked.keySet());
        } finally {
            asked.forEach((answers, node) -> {
                node.end();
                answers.close();
            });
        }
    }

    private static List<Usage> gather(Iterable<Inbox<FromNode>> asked) throws InterruptedException {
        List<Usage> all = new ArrayList<>();
        long deadline = System.nanoTime() + A_MOMENT.toNanos();
        for (Inbox<FromNode> answers : asked) {
            try {
                Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
                answers.next(left)
                        .ifPresent(answer -> all.addAll(answer.getUsage().getTasksList()));
            } catch (SkepException e) {
                LOG.debug("a node does not tell what its tasks use: {}", e.getMessage());
            }
        }
        return all;
    }
}
