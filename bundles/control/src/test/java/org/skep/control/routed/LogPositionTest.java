package org.skep.control.routed;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.control.Logs;
import org.skep.protocol.LogContext;
import org.skep.protocol.LogMessage;
import org.skep.protocol.Times;

class LogPositionTest {

    private static final Logs.Query FOLLOW = new Logs.Query(true, 10, Instant.MIN, Instant.ofEpochSecond(500), "x");

    private final List<String> read = new ArrayList<>();
    private Duration now = Duration.ofSeconds(1000);
    private final LogPosition position =
            new LogPosition(FOLLOW, line -> read.add(line.getData().toStringUtf8()), () -> now);

    private void come(String... lines) {
        for (String line : lines) {
            String[] parts = line.split(" ");
            position.accept(LogMessage.newBuilder()
                    .setContext(LogContext.newBuilder().setTaskId(parts[0]))
                    .setTimestamp(Times.timestamp(Instant.ofEpochSecond(Long.parseLong(parts[1]))))
                    .setData(ByteString.copyFromUtf8(line))
                    .build());
        }
    }

    @Test
    void theFirstQuestionIsTheReadersOwn() {
        assertThat(position.next()).isEqualTo(FOLLOW);
        assertThat(position.next()).isEqualTo(FOLLOW);
    }

    @Test
    void nothingComesTwiceAndNothingIsMissing() {
        position.next();
        come("a 100 x", "a 105 x", "a 105 y", "b 107 x");

        assertThat(position.next())
                .isEqualTo(new Logs.Query(true, -1, Instant.ofEpochSecond(95), Instant.ofEpochSecond(500), "x"));
        come("a 100 x", "b 101 lost", "a 105 x", "a 105 y", "a 105 z", "a 106 x", "b 107 x", "b 108 x", "c 103 x");

        assertThat(read)
                .containsExactly(
                        "a 100 x", "a 105 x", "a 105 y", "b 107 x", "a 105 z", "a 106 x", "b 108 x", "c 103 x");
        position.next();
        come("a 105 x", "a 105 y", "a 105 z", "a 106 x", "b 108 x", "b 109 x");
        assertThat(read).endsWith("c 103 x", "b 109 x");
    }

    @Test
    void eachNodesClockCountsForItsOwnLines() {
        come("a 5000 x");
        now = now.plusSeconds(3);
        come("b 107 x");
        now = now.plusSeconds(60);
        come("a 5063 y");

        assertThat(position.next().since()).isEqualTo(Instant.ofEpochSecond(107 + 60 - 10));
    }

    @Test
    void whatTheReaderDoesNotWantIsNotAskedForLater() {
        Instant since = Instant.ofEpochSecond(99);
        LogPosition recent = new LogPosition(new Logs.Query(false, -1, since), line -> {});
        recent.accept(LogMessage.newBuilder()
                .setTimestamp(Times.timestamp(Instant.ofEpochSecond(100)))
                .build());

        assertThat(recent.next()).isEqualTo(new Logs.Query(false, -1, since));
    }
}
