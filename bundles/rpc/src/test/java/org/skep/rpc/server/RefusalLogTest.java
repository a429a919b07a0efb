package org.skep.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RefusalLogTest {

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RefusalLog.class);
    private long now;
    private final RefusalLog log = new RefusalLog(() -> now);

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
    }

    @Test
    void logsAnAddressOnceAMinuteAndCountsTheRest() {
        log.refused("10.0.0.1", "first");
        log.refused("10.0.0.1", "second");
        log.refused("10.0.0.1", "third");
        log.refused("10.0.0.2", "other");
        now += TimeUnit.MINUTES.toNanos(1);
        log.refused("10.0.0.1", "fourth");

        assertThat(messages())
                .containsExactly(
                        "Refused 10.0.0.1: first",
                        "Refused 10.0.0.2: other",
                        "Refused 10.0.0.1: fourth; 2 more since the last such line");
    }

    @Test
    void logsNoMoreThanSoManyLinesHoweverManyAddresses() {
        for (int i = 0; i < 5_000; i++) {
            log.refused("address " + i, "x");
        }

        assertThat(messages()).hasSize(61);
        assertThat(messages().get(60)).startsWith("More refusals");
    }

    @Test
    void keepsToOneLine() {
        log.refused("10.0.0.1", "a\nforged\rline\u001b[2J");

        assertThat(messages()).containsExactly("Refused 10.0.0.1: a forged line [2J");
    }

    private List<String> messages() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
