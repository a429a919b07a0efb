package org.skep.agent;

import com.google.protobuf.ByteString;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.api.runtime.Exec;
import org.skep.api.runtime.ExecOptions;
import org.skep.api.runtime.ExecSink;
import org.skep.api.runtime.LogSink;
import org.skep.protocol.reach.ExecInput;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.Problem;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.reach.WindowSize;
import org.skep.protocol.session.Intake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command that runs inside a task for someone elsewhere, who sends its input and gets its output. It is killed when that
 * one goes. Thread-safe.
 */
final class TaskCommand implements ExecSink, Intake<ToNode> {

    private static final Logger LOG = LoggerFactory.getLogger(TaskCommand.class);

    /** What a message may hold; drivers may hand over more at a time. */
    private static final int PIECE = 32 << 10;

    private final ExecStart start;
    private final Executor workers;
    private final Consumer<TaskCommand> gone;
    private final CompletableFuture<Exec> exec = new CompletableFuture<>();
    private volatile Intake<FromNode> asker;
    private volatile boolean over;

    /** @param gone told when it has ended */
    TaskCommand(ExecStart start, Executor workers, Consumer<TaskCommand> gone) {
        this.start = start;
        this.workers = workers;
        this.gone = gone;
    }

    /** @param task where to run it; empty if it does not run on this node */
    void run(Optional<RuntimeHold> task, Intake<FromNode> answers) {
        asker = answers;
        // Elsewhere, because the driver may ask its engine.
        workers.execute(() -> {
            if (over) {
                // Who asked has gone again.
                gone.accept(this);
                return;
            }
            try {
                Exec running = task.orElseThrow(() -> SkepException.state(
                                "TASK_NOT_RUNNING", "task " + start.getTaskId() + " does not run any more", ""))
                        .exec(options(), this);
                if (start.hasSize()) {
                    running.resize(start.getSize().getWidth(), start.getSize().getHeight());
                }
                exec.complete(running);
            } catch (RuntimeException e) {
                exec.completeExceptionally(e);
                failed(e);
            }
        });
    }

    private ExecOptions options() {
        return new ExecOptions(
                start.getCommandList(),
                start.getEnvList(),
                start.getUser(),
                start.getWorkdir(),
                start.getInput(),
                start.getTerminal());
    }

    @Override
    public void output(LogSink.Stream stream, byte[] data) {
        for (int from = 0; from < data.length && !over; from += PIECE) {
            ByteString piece = ByteString.copyFrom(data, from, Math.min(PIECE, data.length - from));
            ExecOutput.Builder output = ExecOutput.newBuilder();
            say(stream == LogSink.Stream.STDOUT ? output.setOut(piece) : output.setErr(piece));
        }
    }

    private void say(ExecOutput.Builder output) {
        try {
            asker.take(message(output)).toCompletableFuture().get();
        } catch (ExecutionException e) {
            LOG.debug("nobody takes the output any more", e);
            close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static FromNode message(ExecOutput.Builder output) {
        return FromNode.newBuilder().setExec(output).build();
    }

    @Override
    public void ended(int exitCode) {
        last(ExecOutput.newBuilder().setExitCode(exitCode));
    }

    /** Engines say in words only what shells tell apart by the exit status. */
    @Override
    public void failed(String problem) {
        String text = problem.toLowerCase(Locale.ROOT);
        boolean missing = text.contains("not found") || text.contains("no such file");
        String code = missing ? "COMMAND_NOT_FOUND" : "EXEC_FAILED";
        last(problem(text.contains("permission denied") ? "COMMAND_NOT_EXECUTABLE" : code, problem));
    }

    private void failed(RuntimeException why) {
        if (why instanceof SkepException known) {
            last(problem(known.code(), known.getMessage()));
        } else {
            LOG.warn("a command in task {} could not be started: {}", start.getTaskId(), why.toString());
            last(problem("EXEC_FAILED", "the node could not start the command: " + why.getMessage()));
        }
    }

    private static ExecOutput.Builder problem(String code, String message) {
        return ExecOutput.newBuilder()
                .setProblem(Problem.newBuilder().setCode(code).setMessage(message));
    }

    private void last(ExecOutput.Builder output) {
        if (!over) {
            asker.take(message(output)).whenComplete((taken, failure) -> asker.end());
            close();
        }
    }

    @Override
    public CompletionStage<Void> take(ToNode message) {
        // Elsewhere, because a command may not read. What it no longer wants is dropped.
        return exec.thenAcceptAsync(running -> input(running, message.getExec()), workers)
                .exceptionally(failure -> {
                    LOG.debug("the command takes no input", failure);
                    return null;
                });
    }

    private static void input(Exec running, ExecInput input) {
        try {
            switch (input.getWhatCase()) {
                case DATA -> running.input(input.getData().toByteArray());
                case END -> running.endOfInput();
                case SIZE -> {
                    WindowSize size = input.getSize();
                    running.resize(size.getWidth(), size.getHeight());
                }
                case WHAT_NOT_SET -> LOG.debug("input of a kind that this version does not know");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void end() {
        close();
    }

    @Override
    public void fail(RuntimeException why) {
        close();
    }

    /** Nobody can be told any more. */
    void breakOff() {
        close();
        asker.fail(SkepException.state("NODE_UNREACHABLE", "the node has lost its manager", ""));
    }

    private void close() {
        over = true;
        gone.accept(this);
        exec.thenAccept(Exec::close);
    }
}
