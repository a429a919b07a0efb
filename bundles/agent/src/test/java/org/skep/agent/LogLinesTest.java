package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.skep.protocol.LogMessage;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Intake;
import org.skep.protocol.session.WorkerSession;

class LogLinesTest {

    private final List<PublishLogsMessage> sent = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Void>> taken = new CopyOnWriteArrayList<>();
    private final LogLines lines = new LogLines("s", new Reader());

    @Test
    void aLineLeavesAtOnceAndThoseBehindItGoTogether() throws Exception {
        lines.add(line("a"));
        lines.add(line("b"));
        lines.add(line("c"));
        assertThat(sent).hasSize(1);
        taken.get(0).complete(null);
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).getMessagesCount()).isEqualTo(2);
        assertThat(sent).noneMatch(PublishLogsMessage::getClose);
    }

    @Test
    void theEndComesAfterAllLines() throws Exception {
        lines.add(line("a"));
        lines.add(line("b"));
        lines.end();
        assertThat(sent).hasSize(1);
        taken.get(0).complete(null);
        assertThat(sent.get(1).getMessagesCount()).isEqualTo(1);
        assertThat(sent.get(1).getClose()).isTrue();
        taken.get(1).complete(null);
        lines.add(line("late"));
        assertThat(sent).hasSize(2);
    }

    @Test
    void whoHasMoreToSayThanThereIsRoomForWaits() throws Exception {
        AtomicInteger added = new AtomicInteger();
        Thread driver = new Thread(() -> {
            try {
                for (int i = 0; i < 1_000; i++) {
                    lines.add(line("x".repeat(1_024)));
                    added.incrementAndGet();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        driver.start();
        eventually("the driver waits", () -> driver.getState() == Thread.State.WAITING);
        assertThat(added.get()).isBetween(100, 200);
        eventually("all is read", () -> {
            taken.forEach(message -> message.complete(null));
            return !driver.isAlive();
        });
        assertThat(added.get()).isEqualTo(1_000);
    }

    @Test
    void whoWaitsForAReaderThatGoesWaitsNoMore() throws Exception {
        Thread driver = new Thread(() -> {
            try {
                while (sent.size() < 2) {
                    lines.add(line("x".repeat(1_024)));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        driver.start();
        eventually("the driver waits", () -> driver.getState() == Thread.State.WAITING);
        taken.get(0).completeExceptionally(new IllegalStateException("gone"));
        sent.add(PublishLogsMessage.getDefaultInstance());
        driver.join(10_000);
        assertThat(driver.isAlive()).isFalse();
    }

    private static LogMessage line(String text) {
        return LogMessage.newBuilder().setData(ByteString.copyFromUtf8(text)).build();
    }

    private final class Reader implements WorkerSession {
        @Override
        public void describe(NodeDescription description) {}

        @Override
        public CompletionStage<Void> updateTaskStatus(List<TaskStatusUpdate> updates) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Void> publishLogs(PublishLogsMessage message) {
            CompletableFuture<Void> future = new CompletableFuture<>();
            taken.add(future);
            sent.add(message);
            return future;
        }

        @Override
        public Intake<FromNode> converse(String requestId, Intake<ToNode> more) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sayGoodbye(boolean forGood) {}

        @Override
        public void close() {}
    }
}
