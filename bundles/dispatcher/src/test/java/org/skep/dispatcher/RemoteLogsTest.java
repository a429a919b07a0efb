package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.node.SwarmMembership;
import org.skep.api.testing.Eventually;
import org.skep.dispatcher.Wire.From;
import org.skep.protocol.ListenSubscriptionsRequest;
import org.skep.protocol.LogBrokerGrpc;
import org.skep.protocol.LogContext;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.Node;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.PublishLogsResponse;
import org.skep.protocol.SubscriptionMessage;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

class RemoteLogsTest {

    private final ManualLoops loops = new ManualLoops();
    private final TestStore store = new TestStore(loops.clock());
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<List<String>> end = new CompletableFuture<>();
    private final CountDownLatch reading = new CountDownLatch(1);
    private LeaderDispatcher leader;
    private Wire wire;
    private Channel channel;
    private RemoteWorker worker;
    private Answer<ListenSubscriptionsRequest, SubscriptionMessage> subscriptions;

    @BeforeEach
    void start() {
        store.write(tx -> tx.create(Node.newBuilder().setId("n1").build()));
        leader = new LeaderDispatcher(store, loops, new SwarmMembership("n1", "cluster"));
        wire = new Wire(leader);
        loops.settle();
        channel = wire.from(From.daemon("n1", "one"));
        worker = RemoteWorker.open(loops, channel);
        subscriptions = worker.listen();
    }

    @AfterEach
    void stop() throws InterruptedException {
        reading.countDown();
        leader.close();
        wire.close();
    }

    @Test
    void linesTravelUntilTheNodeHasSaidItsLast() throws Exception {
        subscribe(false);
        Answer<PublishLogsMessage, PublishLogsResponse> answer = Answer.prompt();
        StreamObserver<PublishLogsMessage> stream =
                LogBrokerGrpc.newStub(channel).publishLogs(answer);
        stream.onNext(line("n1", "a"));
        stream.onNext(line("n1", "b"));
        stream.onNext(PublishLogsMessage.newBuilder()
                .setSubscriptionId(subscription())
                .setClose(true)
                .build());
        reading.countDown();
        Eventually.eventually("the stream ends", () -> {
            loops.settle();
            return answer.end.isPresent();
        });

        assertThat(answer.code()).isEqualTo(Status.Code.OK);
        assertThat(end.get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(lines).containsExactly("a", "b");
    }

    @Test
    void aReaderThatGoesIsToldToTheNodeAndItsLinesAreRefused() {
        var reader = subscribe(true);
        String id = subscription();
        reader.close();
        loops.settle();
        assertThat(subscriptions.last().getClose()).isTrue();
        assertThat(subscriptions.last().getId()).isEqualTo(id);

        assertThat(publish(line("n1", "late")).code()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void linesOfOtherNodesAndOfSeveralSubscriptionsAreRefused() {
        reading.countDown();
        subscribe(true);
        assertThat(publish(line("n2", "x")).code()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(publish(
                                line("n1", "x"),
                                PublishLogsMessage.newBuilder()
                                        .setSubscriptionId("other")
                                        .build())
                        .code())
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void aReaderThatDoesNotReadHoldsTheNodeBack() {
        subscribe(true);
        Answer<PublishLogsMessage, PublishLogsResponse> answer = Answer.prompt();
        io.grpc.stub.CallStreamObserver<PublishLogsMessage> stream =
                (io.grpc.stub.CallStreamObserver<PublishLogsMessage>)
                        LogBrokerGrpc.newStub(channel).publishLogs(answer);
        int sent = 0;
        while (stream.isReady() && sent < 1_000) {
            stream.onNext(line("n1", "x"));
            sent++;
        }
        assertThat(sent).isLessThan(10);
        reading.countDown();
        Eventually.eventually("the node may go on", stream::isReady);
    }

    @Test
    void aNodeThatListensNoMoreIsMissed() throws Exception {
        subscribe(false);
        subscriptions.cancel();
        loops.settle();
        assertThat(end.get(10, TimeUnit.SECONDS))
                .containsExactly("node alpha (n1) went away before all its lines had come");
        assertThat(worker.session.end).isEmpty();
    }

    private org.skep.protocol.session.LogBroker.Subscription subscribe(boolean follow) {
        var subscription = leader.subscribe(
                LogSelector.newBuilder().addNodeIds("n1").build(),
                LogSubscriptionOptions.newBuilder().setFollow(follow).build(),
                line -> {
                    await(reading);
                    lines.add(line.getData().toStringUtf8());
                },
                warning -> {},
                end::complete);
        loops.settle();
        return subscription;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String subscription() {
        return subscriptions.messages.get(0).getId();
    }

    private Answer<PublishLogsMessage, PublishLogsResponse> publish(PublishLogsMessage... messages) {
        Answer<PublishLogsMessage, PublishLogsResponse> answer = Answer.prompt();
        StreamObserver<PublishLogsMessage> stream =
                LogBrokerGrpc.newStub(channel).publishLogs(answer);
        for (PublishLogsMessage message : messages) {
            stream.onNext(message);
        }
        Eventually.eventually("an answer", () -> {
            loops.settle();
            return answer.end.isPresent();
        });
        return answer;
    }

    private PublishLogsMessage line(String node, String text) {
        return PublishLogsMessage.newBuilder()
                .setSubscriptionId(subscription())
                .addMessages(LogMessage.newBuilder()
                        .setContext(LogContext.newBuilder().setNodeId(node))
                        .setData(ByteString.copyFromUtf8(text)))
                .build();
    }
}
