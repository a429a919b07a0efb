package org.skep.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.skep.api.SkepException;
import org.skep.api.runtime.TaskUsage;
import org.skep.protocol.TaskState;
import org.skep.protocol.Times;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.reach.Usage;
import org.skep.protocol.reach.UsageList;
import org.skep.protocol.reach.UsageQuestion;
import org.skep.protocol.session.Intake;
import org.skep.protocol.session.WorkerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what managers ask of this node's tasks. Used on the loop. */
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final ExecutorService workers;
    private final Function<String, TaskManager> tasks;
    private final Set<TaskCommand> commands = ConcurrentHashMap.newKeySet();

    /** @param tasks those of this node by ID; null for others */
    Answers(ExecutorService workers, Function<String, TaskManager> tasks) {
        this.workers = workers;
        this.tasks = tasks;
    }

    void answer(ReachRequest request, WorkerSession session) {
        try {
            switch (request.getWhatCase()) {
                case EXEC -> {
                    TaskCommand command = new TaskCommand(request.getExec(), workers, commands::remove);
                    Intake<FromNode> asker = session.converse(request.getId(), command);
                    commands.add(command);
                    command.run(running(request.getExec().getTaskId()), asker);
                }
                case USAGE -> tell(request.getUsage(), session.converse(request.getId(), new NothingMore()));
                case WHAT_NOT_SET -> LOG.warn("a manager asks for something that this version does not know");
            }
        } catch (SkepException e) {
            LOG.debug("nobody wants to know any more: {}", e.getMessage());
        }
    }

    private Optional<RuntimeHold> running(String taskId) {
        return Optional.ofNullable(tasks.apply(taskId))
                .filter(task -> task.status().getState() == TaskState.RUNNING)
                .map(TaskManager::runtime);
    }

    private void tell(UsageQuestion question, Intake<FromNode> asker) {
        List<CompletableFuture<Optional<Usage>>> looks = new ArrayList<>();
        for (String id : question.getTaskIdsList()) {
            TaskManager task = tasks.apply(id);
            if (task != null) {
                looks.add(CompletableFuture.supplyAsync(
                        () -> task.runtime().usage().map(used -> usage(id, used)), workers));
            }
        }
        CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new)).whenComplete((all, failure) -> {
            UsageList.Builder list = UsageList.newBuilder();
            looks.stream().filter(look -> !look.isCompletedExceptionally()).forEach(look -> look.join()
                    .ifPresent(list::addTasks));
            asker.take(FromNode.newBuilder().setUsage(list).build()).whenComplete((done, lost) -> asker.end());
        });
    }

    private static Usage usage(String taskId, TaskUsage used) {
        return Usage.newBuilder()
                .setTaskId(taskId)
                .setTime(Times.timestamp(used.time()))
                .setCpuNanos(used.cpuNanos())
                .setMemoryBytes(used.memoryBytes())
                .setMemoryLimitBytes(used.memoryLimitBytes())
                .setReceivedBytes(used.receivedBytes())
                .setSentBytes(used.sentBytes())
                .setReadBytes(used.readBytes())
                .setWrittenBytes(used.writtenBytes())
                .setProcesses(used.processes())
                .build();
    }

    /** The session they came with is gone. */
    void closeAll() {
        List.copyOf(commands).forEach(TaskCommand::breakOff);
    }

    /** A question that is asked in full. */
    private static final class NothingMore implements Intake<ToNode> {
        @Override
        public CompletionStage<Void> take(ToNode message) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void end() {
            // The answer is on its way, or not wanted.
        }

        @Override
        public void fail(RuntimeException why) {
            LOG.debug("nobody wants the answer any more", why);
        }
    }
}
