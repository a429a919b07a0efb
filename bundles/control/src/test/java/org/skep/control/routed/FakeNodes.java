package org.skep.control.routed;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Intake;
import org.skep.protocol.session.ReachBroker;

/** Nodes that answer what a test says. */
final class FakeNodes implements ReachBroker {

    final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

    /** Something that a node was asked, and what it hears besides. */
    record Asked(
            String nodeId,
            ReachRequest request,
            Intake<FromNode> answers,
            BlockingQueue<ToNode> heard,
            CompletableFuture<Void> over)
            implements Intake<ToNode> {
        @Override
        public CompletionStage<Void> take(ToNode message) {
            heard.add(message);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void end() {
            over.complete(null);
        }

        @Override
        public void fail(RuntimeException why) {
            over.completeExceptionally(why);
        }
    }

    @Override
    public Intake<ToNode> ask(String nodeId, ReachRequest request, Intake<FromNode> answers) {
        Asked next = new Asked(nodeId, request, answers, new LinkedBlockingQueue<>(), new CompletableFuture<>());
        asked.add(next);
        return next;
    }

    Asked next() throws InterruptedException {
        Asked next = asked.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no node is asked");
        }
        return next;
    }
}
