package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.reach.ExecInput;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ListenRequest;
import org.skep.protocol.reach.ReachGrpc;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Intake;

/** What the leader asks of nodes. */
class ReachTest extends RemoteNodes {

    private static final ReachRequest QUESTION = ReachRequest.newBuilder()
            .setExec(ExecStart.newBuilder().setTaskId("t1").addCommand("sh"))
            .build();

    private final Ears ears = new Ears();

    /** Keeps what it hears. */
    private static final class Ears implements Intake<FromNode> {
        final List<FromNode> heard = new ArrayList<>();
        CompletableFuture<Void> taking = CompletableFuture.completedFuture(null);
        boolean ended;
        Optional<RuntimeException> failure = Optional.empty();

        @Override
        public CompletionStage<Void> take(FromNode message) {
            heard.add(message);
            return taking;
        }

        @Override
        public void end() {
            ended = true;
        }

        @Override
        public void fail(RuntimeException why) {
            failure = Optional.of(why);
        }

        String problem() {
            return ((SkepException) failure.orElseThrow()).getMessage();
        }
    }

    @Test
    void asksTheNodeAndHearsItsAnswers() {
        Channel channel = wire.from(daemon());
        RemoteWorker.open(loops, channel);
        Answer<ListenRequest, ReachRequest> questions = listen(channel);
        Intake<ToNode> toNode = leader.ask("n3", QUESTION, ears);
        loops.settle();
        assertThat(questions.messages).hasSize(1);
        assertThat(questions.last().getExec()).isEqualTo(QUESTION.getExec());

        Answer<FromNode, ToNode> heard = Answer.prompt();
        CompletionStage<Void> early = toNode.take(input("early"));
        assertThat(early.toCompletableFuture()).isNotDone();
        StreamObserver<FromNode> stream =
                answer(channel, heard, questions.last().getId());
        assertThat(early.toCompletableFuture()).isCompleted();
        toNode.take(input("more"));
        assertThat(heard.messages).containsExactly(input("early"), input("more"));

        stream.onNext(output("hello"));
        stream.onCompleted();
        assertThat(ears.heard).containsExactly(output("hello"));
        assertThat(ears.ended).isTrue();
        assertThat(heard.code()).isEqualTo(Status.Code.OK);
        assertThat(toNode.take(input("late")).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void asksItsOwnNodeWithoutAConnection() {
        FakeWorker own = new FakeWorker(leader, "n1");
        loops.settle();
        Intake<ToNode> toNode = leader.ask("n1", QUESTION, ears);
        loops.settle();
        assertThat(own.questions).hasSize(1);

        List<ToNode> heard = new ArrayList<>();
        Intake<FromNode> answers = own.session.converse(own.questions.get(0).getId(), into(heard));
        toNode.take(input("in"));
        answers.take(output("out"));
        answers.end();
        assertThat(heard).containsExactly(input("in"));
        assertThat(ears.heard).containsExactly(output("out"));
        assertThat(ears.ended).isTrue();
    }

    @Test
    void onlyTheNodeThatWasAskedMayAnswer() {
        Channel channel = wire.from(daemon());
        RemoteWorker.open(loops, channel);
        Answer<ListenRequest, ReachRequest> questions = listen(channel);
        leader.ask("n3", QUESTION, ears);
        loops.settle();

        Answer<FromNode, ToNode> foreign = Answer.prompt();
        answer(
                wire.from(Wire.From.daemon("n2", "second")),
                foreign,
                questions.last().getId());
        assertThat(foreign.code()).isEqualTo(Status.Code.NOT_FOUND);
        Answer<FromNode, ToNode> unasked = Answer.prompt();
        answer(channel, unasked, "nothing");
        assertThat(unasked.code()).isEqualTo(Status.Code.NOT_FOUND);
        Answer<FromNode, ToNode> asked = Answer.prompt();
        answer(channel, asked, questions.last().getId());
        assertThat(asked.end).isEmpty();
        Answer<FromNode, ToNode> again = Answer.prompt();
        answer(channel, again, questions.last().getId());
        assertThat(again.code()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void saysThatANodeIsNotThere() {
        leader.ask("n3", QUESTION, ears);
        loops.advance(Duration.ofSeconds(6));
        assertThat(ears.problem()).isEqualTo("node n3 is not connected");
    }

    @Test
    void saysThatAStockEngineCannotBeAsked() {
        RemoteWorker worker = RemoteWorker.open(loops, wire.from(Wire.From.engine("n3")));
        leader.ask("n3", QUESTION, ears);
        beatFor(worker, Duration.ofSeconds(6));
        assertThat(ears.problem()).isEqualTo("node alpha (n3) does not take commands");
    }

    @Test
    void doesNotWaitForANodeThatIsDown() {
        changeNode("n3", node -> node.setStatus(NodeStatus.newBuilder().setState(NodeStatus.State.DOWN)));
        leader.ask("n3", QUESTION, ears);
        loops.settle();
        assertThat(ears.problem()).isEqualTo("node n3 is not connected");
    }

    @Test
    void waitsForANodeThatOnlyChangesItsManager() {
        leader.ask("n3", QUESTION, ears);
        loops.advance(Duration.ofSeconds(1));
        Channel channel = wire.from(daemon());
        RemoteWorker.open(loops, channel);
        Answer<ListenRequest, ReachRequest> questions = listen(channel);
        loops.advance(Duration.ofSeconds(1));
        assertThat(questions.messages).hasSize(1);
    }

    @Test
    void doesNotWaitForEverForANodeThatHearsAndSaysNothing() {
        RemoteWorker worker = RemoteWorker.open(loops, wire.from(daemon()));
        listen(wire.from(daemon()));
        leader.ask("n3", QUESTION, ears);
        beatFor(worker, Duration.ofSeconds(11));
        assertThat(ears.problem()).isEqualTo("node alpha (n3) did not answer");
    }

    @Test
    void whatIsAskedEndsWithTheSession() {
        Channel channel = wire.from(daemon());
        RemoteWorker worker = RemoteWorker.open(loops, channel);
        Answer<ListenRequest, ReachRequest> questions = listen(channel);
        leader.ask("n3", QUESTION, ears);
        loops.settle();
        Answer<FromNode, ToNode> heard = Answer.prompt();
        answer(channel, heard, questions.last().getId());
        worker.session.cancel();
        loops.settle();
        assertThat(ears.problem()).isEqualTo("the connection to node alpha (n3) is lost");
        assertThat(heard.end).isPresent();
    }

    @Test
    void whoAsksAndGoesIsToldToTheNode() {
        Channel channel = wire.from(daemon());
        RemoteWorker.open(loops, channel);
        Answer<ListenRequest, ReachRequest> questions = listen(channel);
        Intake<ToNode> toNode = leader.ask("n3", QUESTION, ears);
        loops.settle();
        Answer<FromNode, ToNode> heard = Answer.prompt();
        answer(channel, heard, questions.last().getId());
        toNode.end();
        assertThat(heard.code()).isEqualTo(Status.Code.OK);
        assertThat(ears.failure).isEmpty();
        assertThat(ears.ended).isFalse();
    }

    @Test
    void aLeaderThatLeadsNoMoreSaysSo() throws InterruptedException {
        leader.ask("n3", QUESTION, ears);
        leader.close();
        assertThat(ears.problem()).isEqualTo("this manager no longer leads");
        Ears late = new Ears();
        leader.ask("n3", QUESTION, late);
        assertThat(late.problem()).isEqualTo("this manager no longer leads");
        lead();
    }

    @Test
    void aQuestionThatIsOverCannotBeAnswered() {
        FakeWorker own = new FakeWorker(leader, "n1");
        loops.settle();
        leader.ask("n1", QUESTION, ears).end();
        loops.settle();
        assertThat(own.questions).isEmpty();
        assertThatThrownBy(() -> own.session.converse("any", into(new ArrayList<>())))
                .isInstanceOf(SkepException.class);
    }

    private Answer<ListenRequest, ReachRequest> listen(Channel channel) {
        Answer<ListenRequest, ReachRequest> questions = Answer.prompt();
        ReachGrpc.newStub(channel).listen(ListenRequest.getDefaultInstance(), questions);
        loops.settle();
        return questions;
    }

    private static StreamObserver<FromNode> answer(Channel channel, Answer<FromNode, ToNode> heard, String request) {
        StreamObserver<FromNode> stream = ReachGrpc.newStub(channel).converse(heard);
        stream.onNext(FromNode.newBuilder().setRequestId(request).build());
        return stream;
    }

    private static Intake<ToNode> into(List<ToNode> heard) {
        return new Intake<>() {
            @Override
            public CompletionStage<Void> take(ToNode message) {
                heard.add(message);
                return CompletableFuture.completedStage(null);
            }

            @Override
            public void end() {}

            @Override
            public void fail(RuntimeException why) {}
        };
    }

    private static ToNode input(String text) {
        return ToNode.newBuilder()
                .setExec(ExecInput.newBuilder().setData(ByteString.copyFromUtf8(text)))
                .build();
    }

    private static FromNode output(String text) {
        return FromNode.newBuilder()
                .setExec(ExecOutput.newBuilder().setOut(ByteString.copyFromUtf8(text)))
                .build();
    }
}
