package org.skep.shell.commands.testing;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.skep.api.SkepException;
import org.skep.control.Reach;
import org.skep.protocol.reach.ExecInput;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.ExecPlace;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.Usage;
import org.skep.protocol.revision.Requester;

/** Tasks that take commands: one echoes its input until the end of it, if it has any, and ends with what a test says. */
public final class FakeReach implements Reach {

    public final List<ExecStart> started = new ArrayList<>();
    public final List<Requester> users = new ArrayList<>();
    public final Queue<List<Usage>> usages = new ArrayDeque<>();
    public final List<List<String>> asked = new ArrayList<>();
    public final BlockingQueue<ExecInput> heard = new LinkedBlockingQueue<>();
    /** A command runs. */
    public final CountDownLatch begun = new CountDownLatch(1);

    public String printed = "";
    public String complaint = "";
    public int status;
    public Optional<SkepException> failure = Optional.empty();

    @Override
    public int exec(ExecStart start, Requester by, Console console) throws InterruptedException {
        started.add(start);
        users.add(by);
        BlockingQueue<ExecInput> input = new LinkedBlockingQueue<>();
        console.begin(
                ExecPlace.newBuilder()
                        .setTaskId("task1x1aaaaaaaaaaaaaaaaaa")
                        .setTaskName("web.1")
                        .setNodeId(Fakes.NODE)
                        .setHostname("host1")
                        .build(),
                next -> {
                    heard.add(next);
                    input.add(next);
                    return CompletableFuture.completedStage(null);
                });
        begun.countDown();
        if (failure.isPresent()) {
            throw failure.get();
        }
        say(console, printed, complaint);
        while (start.getInput()) {
            ExecInput next = input.take();
            if (next.hasEnd()) {
                break;
            }
            say(console, next.getData().toStringUtf8(), "");
        }
        return status;
    }

    private static void say(Console console, String out, String err) {
        if (!out.isEmpty()) {
            console.output(
                    ExecOutput.newBuilder().setOut(ByteString.copyFromUtf8(out)).build());
        }
        if (!err.isEmpty()) {
            console.output(
                    ExecOutput.newBuilder().setErr(ByteString.copyFromUtf8(err)).build());
        }
    }

    @Override
    public List<Usage> usage(List<String> taskIds) throws InterruptedException {
        asked.add(List.copyOf(taskIds));
        if (usages.isEmpty()) {
            throw new InterruptedException("the test has seen enough");
        }
        return usages.remove();
    }
}
