package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.protocol.LogContext;
import org.skep.protocol.LogMessage;
import org.skep.protocol.Times;

class LogMergeTest {

    private static LogMessage line(String task, long second, String text) {
        return LogMessage.newBuilder()
                .setContext(LogContext.newBuilder().setTaskId(task))
                .setTimestamp(Times.timestamp(Instant.ofEpochSecond(second)))
                .setData(ByteString.copyFromUtf8(text))
                .build();
    }

    private static LogMessage take(LogMerge merge) throws InterruptedException {
        return merge.take(warning -> {
            throw new AssertionError(warning);
        });
    }

    private static List<String> all(LogMerge merge) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (LogMessage line = take(merge); line != null; line = take(merge)) {
            texts.add(line.getData().toStringUtf8());
        }
        return texts;
    }

    @Test
    void linesOfAllTasksComeInOrderOfTime() throws Exception {
        LogMerge merge = new LogMerge(false, Duration.ZERO);
        merge.put(line("a", 1, "a1"));
        merge.put(line("a", 4, "a4"));
        merge.put(line("b", 2, "b2"));
        merge.put(line("b", 4, "b4"));
        merge.put(line("c", 3, "c3"));
        merge.end(List.of("gone"));

        assertThat(all(merge)).containsExactly("a1", "b2", "c3", "a4", "b4");
        assertThat(merge.warnings()).containsExactly("gone");
    }

    @Test
    void aTaskWhoseClockGoesBackKeepsItsOrder() throws Exception {
        LogMerge merge = new LogMerge(false, Duration.ZERO);
        merge.put(line("a", 5, "first"));
        merge.put(line("a", 1, "second"));
        merge.put(line("b", 3, "b"));
        merge.end(List.of());

        assertThat(all(merge)).containsExactly("b", "first", "second");
    }

    @Test
    void whoFollowsGetsLinesOnceTheOthersHadTheirChance() throws Exception {
        LogMerge merge = new LogMerge(true, Duration.ofMillis(200));
        long start = System.nanoTime();
        merge.put(line("a", 2, "later"));
        merge.put(line("b", 1, "earlier"));

        assertThat(take(merge).getData().toStringUtf8()).isEqualTo("earlier");
        assertThat(take(merge).getData().toStringUtf8()).isEqualTo("later");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void whatCameBeforeAFailureIsReadFirst() throws Exception {
        LogMerge merge = new LogMerge(false, Duration.ZERO);
        merge.put(line("a", 1, "a1"));
        merge.fail(SkepException.state("NO_LEADER", "no leader", ""));
        merge.end(List.of("too late"));

        assertThat(take(merge).getData().toStringUtf8()).isEqualTo("a1");
        assertRefused("NO_LEADER", "no leader", () -> take(merge));
    }

    @Test
    void aWarningDoesNotWaitForLinesNorForTheEnd() throws Exception {
        LogMerge merge = new LogMerge(true, Duration.ofMinutes(1));
        List<String> warnings = new ArrayList<>();
        merge.put(line("a", 1, "held back"));
        merge.warn("node beta is down");

        LogMessage last = merge.take(warning -> {
            warnings.add(warning);
            merge.end(List.of());
        });

        assertThat(warnings).containsExactly("node beta is down");
        assertThat(last.getData().toStringUtf8()).isEqualTo("held back");
        assertThat(take(merge)).isNull();
    }

    @Test
    void moreThanThereIsRoomForGoesEarlyAndSlowsThePublisherDown() throws Exception {
        LogMerge merge = new LogMerge(false, Duration.ZERO);
        String megabyte = "x".repeat(1 << 20);
        CompletableFuture<Void> publisher = CompletableFuture.runAsync(() -> {
            for (int second = 1; second <= 40; second++) {
                merge.put(line("a", second, megabyte));
            }
            merge.end(List.of());
        });

        int lines = 0;
        long before = 0;
        for (LogMessage line = take(merge); line != null; line = take(merge)) {
            assertThat(line.getTimestamp().getSeconds()).isGreaterThan(before);
            before = line.getTimestamp().getSeconds();
            lines++;
        }
        assertThat(lines).isEqualTo(40);
        publisher.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aReaderThatIsGoneHoldsNobodyBack() throws Exception {
        LogMerge merge = new LogMerge(true, Duration.ofMinutes(1));
        CompletableFuture<Void> publisher = CompletableFuture.runAsync(() -> {
            for (int second = 1; second <= 40; second++) {
                merge.put(line("a", second, "x".repeat(1 << 20)));
            }
        });

        take(merge);
        merge.close();

        publisher.get(10, TimeUnit.SECONDS);
    }
}
