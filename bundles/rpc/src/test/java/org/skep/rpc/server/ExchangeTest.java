package org.skep.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.skep.api.testing.Eventually.eventually;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.api.SkepException;
import org.skep.protocol.reach.ExecInput;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ReachGrpc;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Intake;
import org.skep.rpc.Exchange;
import org.skep.rpc.RemoteErrors;

/** A conversation between a worker and the leader, through a manager that does not lead. */
@Timeout(60)
class ExchangeTest {

    private static final int MANY = 2_000;
    private static final ByteString PIECE = ByteString.copyFrom(new byte[16 << 10]);

    private final Swarm swarm = new Swarm();
    private final Ears<FromNode> leaderHears = new Ears<>();
    private final Ears<ToNode> nodeHears = new Ears<>();
    private final CompletableFuture<Intake<ToNode>> toNode = new CompletableFuture<>();
    private Intake<FromNode> toLeader;

    /** Keeps what it hears, and takes it when it is told to. */
    private static final class Ears<T> implements Intake<T> {
        final ConcurrentLinkedQueue<T> heard = new ConcurrentLinkedQueue<>();
        final CompletableFuture<Void> taking = new CompletableFuture<>();
        final CompletableFuture<Void> end = new CompletableFuture<>();

        @Override
        public CompletionStage<Void> take(T message) {
            heard.add(message);
            return taking;
        }

        @Override
        public void end() {
            end.complete(null);
        }

        @Override
        public void fail(RuntimeException why) {
            end.completeExceptionally(why);
        }

        Status failure() {
            return Status.fromThrowable(end.handle((done, failure) -> failure)
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join());
        }
    }

    @BeforeEach
    void start() {
        Swarm.Manager leader = swarm.manager("m1");
        Swarm.Manager follower = swarm.manager("m2");
        leader.consensus.lead("m1");
        follower.consensus.lead("m1");
        leader.serve(new ReachGrpc.ReachImplBase() {
            @Override
            public StreamObserver<FromNode> converse(StreamObserver<ToNode> answers) {
                return Exchange.serve(answers, sender -> {
                    toNode.complete(sender);
                    return leaderHears;
                });
            }
        });
        toLeader = Exchange.call(
                swarm.worker("w1", follower), ReachGrpc.getConverseMethod(), CallOptions.DEFAULT, nodeHears);
    }

    @AfterEach
    void close() throws Exception {
        swarm.close();
    }

    @Test
    void carriesAllOfBothDirectionsAndTheirEnds() throws Exception {
        leaderHears.taking.complete(null);
        nodeHears.taking.complete(null);
        CompletableFuture<Void> up = sendAll(toLeader, out());
        CompletableFuture<Void> down = sendAll(toNode.get(10, TimeUnit.SECONDS), in());

        up.get(30, TimeUnit.SECONDS);
        down.get(30, TimeUnit.SECONDS);
        toLeader.end();
        leaderHears.end.get(10, TimeUnit.SECONDS);
        toNode.join().end();
        nodeHears.end.get(10, TimeUnit.SECONDS);

        assertThat(leaderHears.heard).hasSize(MANY);
        assertThat(nodeHears.heard).hasSize(MANY);
    }

    @Test
    void whoDoesNotReadHoldsTheSenderBack() throws Exception {
        CompletableFuture<Void> all =
                CompletableFuture.allOf(sendAll(toLeader, out()), sendAll(toNode.get(10, TimeUnit.SECONDS), in()));
        eventually("both hear", () -> leaderHears.heard.size() + nodeHears.heard.size() == 2);
        assertThatThrownBy(() -> all.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(leaderHears.heard).hasSize(1);
        assertThat(nodeHears.heard).hasSize(1);

        leaderHears.taking.complete(null);
        nodeHears.taking.complete(null);
        all.get(30, TimeUnit.SECONDS);
    }

    @Test
    void tellsTheNodeWhyItIsNotWanted() throws Exception {
        toNode.get(10, TimeUnit.SECONDS).fail(SkepException.state("NOT_FOUND", "nobody asked for r1", ""));
        Status why = nodeHears.failure();
        assertThat(why.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(why.getDescription()).isEqualTo("nobody asked for r1");
        assertThat(toLeader.take(out())).isCompletedExceptionally();
    }

    @Test
    void tellsTheLeaderThatTheNodeBrokeOff() throws Exception {
        Intake<ToNode> sender = toNode.get(10, TimeUnit.SECONDS);
        toLeader.fail(new IllegalStateException("gone"));
        assertThat(leaderHears.failure().getCode()).isEqualTo(Status.Code.CANCELLED);
        assertThat(sender.take(in())).isCompletedExceptionally();
    }

    @Test
    void whoServesEndsBothDirections() throws Exception {
        Intake<ToNode> sender = toNode.get(10, TimeUnit.SECONDS);
        sender.end();
        nodeHears.end.get(10, TimeUnit.SECONDS);
        sender.fail(new IllegalStateException("too late to matter"));
        assertThat(toLeader.take(out())).isCompletedExceptionally();
        assertThat(sender.take(in())).isCompletedExceptionally();
        assertThat(leaderHears.heard).isEmpty();
        assertThat(leaderHears.end).isNotDone();
    }

    @Test
    void anErrorKeepsItsCode() throws Exception {
        toNode.get(10, TimeUnit.SECONDS).fail(SkepException.state("TASK_NOT_RUNNING", "task t1 does not run", ""));
        Throwable failure = nodeHears
                .end
                .handle((done, why) -> why)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        assertThat(RemoteErrors.of((StatusRuntimeException) failure).code()).isEqualTo("TASK_NOT_RUNNING");
    }

    private static FromNode out() {
        return FromNode.newBuilder()
                .setExec(ExecOutput.newBuilder().setOut(PIECE))
                .build();
    }

    private static ToNode in() {
        return ToNode.newBuilder()
                .setExec(ExecInput.newBuilder().setData(PIECE))
                .build();
    }

    private static <T> CompletableFuture<Void> sendAll(Intake<T> to, T message) {
        return CompletableFuture.runAsync(() -> {
            for (int i = 0; i < MANY; i++) {
                to.take(message).toCompletableFuture().join();
            }
        });
    }
}
