package org.skep.dispatcher;

import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Intake;
import org.skep.rpc.RemoteErrors;

/**
 * Something asked of a node, from the question to the last word. Who asks may say more before the node has come to answer.
 * Thread-safe.
 */
final class Conversation {

    private final String nodeId;
    private final ReachRequest request;
    private final Intake<FromNode> answers;
    private final Consumer<Conversation> ended;

    // Guarded by this.
    private Intake<ToNode> node;
    private ToNode early;
    private final CompletableFuture<Void> earlyTaken = new CompletableFuture<>();
    private boolean over;

    /** @param ended told once that it is over */
    Conversation(String nodeId, ReachRequest request, Intake<FromNode> answers, Consumer<Conversation> ended) {
        this.nodeId = nodeId;
        this.request = request;
        this.answers = answers;
        this.ended = ended;
    }

    String nodeId() {
        return nodeId;
    }

    ReachRequest request() {
        return request;
    }

    synchronized boolean over() {
        return over;
    }

    synchronized boolean joined() {
        return node != null;
    }

    /** It cannot go on: both ends are told. */
    void fail(SkepException why) {
        finish(answering -> answering.fail(why), asked -> asked.fail(why));
    }

    private void finish(Consumer<Intake<FromNode>> tellAsker, Consumer<Intake<ToNode>> tellNode) {
        Intake<ToNode> asked;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            asked = node;
        }
        ended.accept(this);
        earlyTaken.completeExceptionally(gone());
        if (asked != null) {
            tellNode.accept(asked);
        }
        tellAsker.accept(answers);
    }

    private static SkepException gone() {
        return SkepException.state("NOT_FOUND", "the conversation is over", "");
    }

    /** The node has come to answer. @return for its answers */
    Intake<FromNode> join(Intake<ToNode> toNode) {
        ToNode waiting;
        synchronized (this) {
            if (over || node != null) {
                throw gone();
            }
            node = toNode;
            waiting = early;
        }
        if (waiting != null) {
            toNode.take(waiting).whenComplete((done, failure) -> {
                if (failure == null) {
                    earlyTaken.complete(null);
                } else {
                    earlyTaken.completeExceptionally(failure);
                }
            });
        }
        return new Node();
    }

    /** For who asks. */
    Intake<ToNode> asker() {
        return new Asker();
    }

    private final class Asker implements Intake<ToNode> {
        @Override
        public CompletionStage<Void> take(ToNode message) {
            Intake<ToNode> asked;
            synchronized (Conversation.this) {
                if (over) {
                    return CompletableFuture.failedStage(gone());
                }
                if (node == null) {
                    early = message;
                    return earlyTaken;
                }
                asked = node;
            }
            return asked.take(message);
        }

        @Override
        public void end() {
            finish(answering -> {}, Intake::end);
        }

        @Override
        public void fail(RuntimeException why) {
            finish(answering -> {}, asked -> asked.fail(why));
        }
    }

    private final class Node implements Intake<FromNode> {
        @Override
        public CompletionStage<Void> take(FromNode message) {
            return over() ? CompletableFuture.failedStage(gone()) : answers.take(message);
        }

        @Override
        public void end() {
            finish(Intake::end, Intake::end);
        }

        @Override
        public void fail(RuntimeException why) {
            RuntimeException told = why instanceof StatusRuntimeException status ? RemoteErrors.of(status) : why;
            finish(answering -> answering.fail(told), asked -> {});
        }
    }
}
