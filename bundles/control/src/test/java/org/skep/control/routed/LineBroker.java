package org.skep.control.routed;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.skep.protocol.LogContext;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.Times;
import org.skep.protocol.session.LogBroker;

/** Hands out the lines a test says, once somebody reads them. */
final class LineBroker implements LogBroker {

    private final CountDownLatch subscribed = new CountDownLatch(1);
    private Consumer<LogMessage> lines;
    private Consumer<List<String>> end;

    @Override
    public Subscription subscribe(
            LogSelector selector,
            LogSubscriptionOptions options,
            Consumer<LogMessage> toLines,
            Consumer<String> toWarnings,
            Consumer<List<String>> toEnd) {
        lines = toLines;
        end = toEnd;
        subscribed.countDown();
        return () -> {};
    }

    void say(long second, String text) throws InterruptedException {
        awaitReader();
        lines.accept(LogMessage.newBuilder()
                .setContext(LogContext.newBuilder().setTaskId("t"))
                .setTimestamp(Times.timestamp(Instant.ofEpochSecond(second)))
                .setData(ByteString.copyFromUtf8(text))
                .build());
    }

    void end(List<String> warnings) throws InterruptedException {
        awaitReader();
        end.accept(warnings);
    }

    private void awaitReader() throws InterruptedException {
        if (!subscribed.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody reads");
        }
    }
}
