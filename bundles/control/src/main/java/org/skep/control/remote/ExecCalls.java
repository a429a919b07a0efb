package org.skep.control.remote;

import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.skep.api.SkepException;
import org.skep.control.Control;
import org.skep.control.Reach;
import org.skep.protocol.control.ExecAnswer;
import org.skep.protocol.control.ExecCall;
import org.skep.protocol.control.ExecMessage;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.ExecPlace;
import org.skep.protocol.session.Intake;
import org.skep.rpc.Exchange;

/** Commands that run inside tasks for users of other managers: each has a thread, which ends with it. */
final class ExecCalls {

    private static final long CLOSE_SECONDS = 5;

    private final Control control;
    private final AtomicLong number = new AtomicLong();
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ExecCalls(Control control) {
        this.control = control;
    }

    StreamObserver<ExecMessage> begin(StreamObserver<ExecAnswer> answers) {
        return Exchange.serve(answers, Run::new);
    }

    /** Returns when no command is left, unless one does not end. */
    void close() throws InterruptedException {
        closed = true;
        List<Thread> left = List.copyOf(running);
        left.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        for (Thread thread : left) {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
        }
    }

    /** One command: the first message says which, the others are its input. */
    private final class Run implements Intake<ExecMessage>, Reach.Console {
        private final Intake<ExecAnswer> user;
        private final CompletableFuture<Reach.Input> input = new CompletableFuture<>();
        private volatile Thread thread;

        Run(Intake<ExecAnswer> user) {
            this.user = user;
        }

        @Override
        public CompletionStage<Void> take(ExecMessage message) {
            if (message.hasCall() && thread == null) {
                start(message.getCall());
                return CompletableFuture.completedStage(null);
            }
            // Input that comes after the command's end is no reason to break off: its exit status is on its way.
            return input.thenCompose(command -> command.send(message.getInput()))
                    .exceptionally(failure -> null);
        }

        private void start(ExecCall call) {
            thread = new Thread(() -> run(call), "skep-control-exec-" + number.incrementAndGet());
            thread.setDaemon(true);
            running.add(thread);
            thread.start();
            if (closed) {
                thread.interrupt();
            }
        }

        private void run(ExecCall call) {
            try {
                int status = control.reach().exec(call.getStart(), call.getBy(), this);
                output(ExecOutput.newBuilder().setExitCode(status).build());
                user.end();
            } catch (InterruptedException e) {
                user.fail(SkepException.state("LEADER_LOST", "this manager no longer reaches tasks", ""));
            } catch (RuntimeException e) {
                user.fail(Answers.reason(e));
            } finally {
                input.cancel(false);
                running.remove(Thread.currentThread());
            }
        }

        @Override
        public void begin(ExecPlace place, Reach.Input command) {
            send(ExecAnswer.newBuilder().setPlace(place).build());
            input.complete(command);
        }

        @Override
        public void output(ExecOutput output) {
            send(ExecAnswer.newBuilder().setOutput(output).build());
        }

        private void send(ExecAnswer answer) {
            try {
                user.take(answer).toCompletableFuture().get();
            } catch (InterruptedException | ExecutionException e) {
                // Nobody reads any more: the next wait for output ends at once.
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void end() {
            stop();
        }

        @Override
        public void fail(RuntimeException why) {
            stop();
        }

        private void stop() {
            Thread started = thread;
            if (started != null) {
                started.interrupt();
            }
        }
    }
}
