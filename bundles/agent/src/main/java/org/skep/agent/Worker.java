package org.skep.agent;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.NodeRuntime;
import org.skep.protocol.AssignmentChange;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.session.Dispatcher;
import org.skep.protocol.session.WorkerSession;
import org.skep.protocol.worker.WorkerTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this node's tasks as the manager wants them. Everything happens on the loop. */
final class Worker implements ManagerSession.Events {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration DESCRIPTION_PERIOD = Duration.ofSeconds(20);
    private static final Duration RETAIN_RETRY = Duration.ofSeconds(5);

    /** The first session waits this long for the runtime, so that the node does not join without one. */
    private static final Duration RUNTIME_PATIENCE = Duration.ofSeconds(5);

    private final Loop loop;
    private final ExecutorService workers;
    private final Drivers drivers;
    private final Attachments attachments;
    private final SelfDescription self;
    private final WorkerState state;
    private final TaskManager.Surroundings surroundings;
    private final StatusReporter reporter;
    private final LogSubscriptions logs;
    private final Answers answers;
    private final ManagerSession session;
    private final BiConsumer<SessionMessage, Boolean> facts;
    private final Map<String, TaskManager> tasks = new LinkedHashMap<>();
    private final List<CompletableFuture<List<String>>> emptied = new ArrayList<>();
    private final List<String> leftBehind = new ArrayList<>();
    private Optional<WorkerSession> open = Optional.empty();
    private Optional<NodeRuntime> retainedBy = Optional.empty();
    private final Deque<AssignmentsMessage> deferred = new ArrayDeque<>();

    /** What is assigned meanwhile has to wait: a driver told to keep a list would remove what is not yet on it. */
    private boolean retaining;

    private boolean complete;
    private boolean describing;
    private boolean describeAgain;
    private boolean patient = true;
    private boolean departing;
    private boolean closed;

    Worker(
            Path stateDir,
            SwarmMembership membership,
            Drivers drivers,
            SelfDescription self,
            Loop loop,
            ExecutorService workers,
            Clock clock,
            DoubleSupplier random,
            BiConsumer<SessionMessage, Boolean> facts) {
        this.loop = loop;
        this.workers = workers;
        this.drivers = drivers;
        this.attachments = new Attachments(drivers);
        this.self = self;
        this.state = new WorkerState(stateDir, membership);
        this.surroundings =
                new TaskManager.Surroundings(loop, workers, clock, drivers, attachments, new Expansion(self::place));
        this.logs = new LogSubscriptions(loop, workers, membership.nodeId());
        this.answers = new Answers(workers, tasks::get);
        this.session = new ManagerSession(loop, workers, membership.nodeId(), random, this);
        this.facts = facts;
        this.reporter = new StatusReporter(loop, session::abandon);
    }

    /** Takes up the tasks of an earlier life, then looks for a manager. */
    void start() {
        for (WorkerTask remembered : state.load()) {
            attachments.remember(remembered);
            add(remembered);
        }
        List.copyOf(tasks.values()).forEach(TaskManager::advance);
        loop.after(RUNTIME_PATIENCE, () -> {
            patient = false;
            describe();
        });
        describe();
        describePeriodically();
    }

    void reach(Optional<Dispatcher> dispatcher) {
        if (!closed && !departing) {
            session.reach(dispatcher);
        }
    }

    /** This way to a manager is gone; another one may have come before. */
    void unreach(Dispatcher dispatcher) {
        session.unreach(dispatcher);
    }

    void driversChanged() {
        if (closed) {
            return;
        }
        List.copyOf(tasks.values()).forEach(TaskManager::driversChanged);
        retain();
        describe();
    }

    /** Lets go: tasks run on. */
    void close() {
        closed = true;
        session.close(false);
        logs.closeAll();
        answers.closeAll();
        tasks.values().forEach(TaskManager::close);
    }

    /**
     * Leaves the swarm: all tasks are stopped and removed, and nothing new is taken on.
     *
     * @return when no task is held any more: those that could not be removed, each with its reason
     */
    CompletionStage<List<String>> depart() {
        departing = true;
        session.close(true);
        logs.closeAll();
        answers.closeAll();
        CompletableFuture<List<String>> empty = new CompletableFuture<>();
        emptied.add(empty);
        List.copyOf(tasks.values()).forEach(TaskManager::abandon);
        checkEmpty();
        return empty;
    }

    @Override
    public void opened(WorkerSession opened) {
        open = Optional.of(opened);
        complete = false;
        tasks.values().forEach(task -> reporter.report(task.task().getId(), task.status()));
        reporter.opened(opened);
    }

    @Override
    public void facts(SessionMessage message, boolean lasting) {
        facts.accept(message, lasting);
    }

    @Override
    public void lost() {
        open = Optional.empty();
        complete = false;
        deferred.clear();
        reporter.closed();
        logs.closeAll();
        answers.closeAll();
    }

    @Override
    public void assignments(AssignmentsMessage message) {
        if (retaining) {
            deferred.add(message);
        } else {
            apply(message);
        }
    }

    private void apply(AssignmentsMessage message) {
        Set<String> assigned = new HashSet<>();
        for (AssignmentChange change : message.getChangesList()) {
            if (!change.getAssignment().hasTask()) {
                continue;
            }
            Task task = change.getAssignment().getTask();
            if (change.getAction() == AssignmentChange.AssignmentAction.REMOVE) {
                remove(task.getId());
            } else {
                assigned.add(task.getId());
                assign(task);
            }
        }
        if (message.getType() == AssignmentsMessage.Type.COMPLETE) {
            tasks.keySet().stream()
                    .filter(id -> !assigned.contains(id))
                    .toList()
                    .forEach(this::remove);
            complete = true;
            retainedBy = Optional.empty();
            retain();
        }
    }

    @Override
    public void subscription(SubscriptionMessage message) {
        open.ifPresent(session -> logs.subscribe(message, session, List.copyOf(tasks.values())));
    }

    @Override
    public void reach(ReachRequest request) {
        open.ifPresent(session -> answers.answer(request, session));
    }

    private void assign(Task task) {
        TaskManager known = tasks.get(task.getId());
        if (known != null) {
            known.update(task);
            if (known.status().getState().getNumber()
                    > task.getStatus().getState().getNumber()) {
                reporter.report(task.getId(), known.status());
            }
            return;
        }
        WorkerTask taken = WorkerTask.newBuilder().setTask(task).build();
        state.save(taken);
        add(taken).advance();
    }

    private TaskManager add(WorkerTask content) {
        String id = content.getTask().getId();
        TaskManager[] self = new TaskManager[1];
        TaskManager manager = new TaskManager(
                surroundings, new TaskRecord(state, content), status -> reported(self[0], status), () -> gone(id));
        self[0] = manager;
        tasks.put(id, manager);
        return manager;
    }

    private void reported(TaskManager task, TaskStatus status) {
        reporter.report(task.task().getId(), status);
        logs.offer(task);
    }

    private void remove(String id) {
        TaskManager task = tasks.get(id);
        if (task != null) {
            reporter.forget(id);
            task.remove();
        }
    }

    private void gone(String id) {
        TaskManager task = tasks.remove(id);
        if (!task.leftBehind().isEmpty()) {
            leftBehind.add(TaskNames.full(task.task()) + ": " + task.leftBehind());
        }
        reporter.forget(id);
        checkEmpty();
    }

    private void checkEmpty() {
        if (departing && tasks.isEmpty()) {
            state.clear();
            emptied.forEach(future -> future.complete(List.copyOf(leftBehind)));
            emptied.clear();
        }
    }

    /** Only a manager's complete list says what may be removed; and each driver has to be told once per list. */
    private void retain() {
        Optional<NodeRuntime> runtime = drivers.runtime();
        if (!complete || retaining || departing || runtime.isEmpty() || runtime.equals(retainedBy)) {
            return;
        }
        retaining = true;
        Set<String> known = Set.copyOf(tasks.keySet());
        workers.execute(() -> {
            boolean done = tryRetain(runtime.get(), known);
            loop.execute(() -> retained(runtime, done));
        });
    }

    private static boolean tryRetain(NodeRuntime runtime, Set<String> known) {
        try {
            runtime.driver().retain(known);
            return true;
        } catch (RuntimeException e) {
            LOG.warn("remains of old tasks could not be removed yet: {}", e.toString());
            return false;
        }
    }

    private void retained(Optional<NodeRuntime> runtime, boolean done) {
        retaining = false;
        if (closed) {
            return;
        }
        if (done) {
            retainedBy = runtime;
        } else {
            loop.after(RETAIN_RETRY, this::retain);
        }
        while (!retaining && !deferred.isEmpty()) {
            apply(deferred.remove());
        }
    }

    private void describePeriodically() {
        loop.after(DESCRIPTION_PERIOD, () -> {
            if (!closed) {
                describe();
                describePeriodically();
            }
        });
    }

    /** What this node says of itself may have changed. */
    void describe() {
        if (closed || (patient && drivers.runtime().isEmpty())) {
            return;
        }
        if (describing) {
            describeAgain = true;
            return;
        }
        describing = true;
        workers.execute(() -> {
            Optional<NodeDescription> description = tryDescribe();
            loop.execute(() -> {
                describing = false;
                if (!closed) {
                    description.ifPresent(session::describe);
                    if (describeAgain) {
                        describeAgain = false;
                        describe();
                    }
                }
            });
        });
    }

    private Optional<NodeDescription> tryDescribe() {
        try {
            return Optional.of(self.now());
        } catch (RuntimeException e) {
            LOG.error("this node cannot describe itself", e);
            return Optional.empty();
        }
    }
}
