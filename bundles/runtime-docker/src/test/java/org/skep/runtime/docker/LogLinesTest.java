package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLinesTest {

    private static final String ONE = "2026-11-20T15:00:00.000000001Z ";
    private static final String TWO = "2026-11-20T15:00:00.000000002Z ";

    private final List<String> lines = new ArrayList<>();
    private final LogLines assembler =
            new LogLines((time, data) -> lines.add(time.getNano() + ":" + new String(data, StandardCharsets.UTF_8)));

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1024})
    void makesLinesOfPiecesOfAnySize(int size) {
        feed(ONE + "first\n" + TWO + "\n" + TWO + "third \u00e4\n", size);
        assertThat(lines).containsExactly("1:first\n", "2:\n", "2:third \u00e4\n");
    }

    @Test
    void joinsWhatTheEngineCut() {
        String cut = "x".repeat(16 * 1024);
        feed(ONE + cut + TWO + cut + TWO + "rest\n" + TWO + "next\n", 1000);
        assertThat(lines).containsExactly("1:" + cut + cut + "rest\n", "2:next\n");
    }

    @Test
    void givesAnUnfinishedLineAtTheEnd() {
        feed(ONE + "no line feed", 5);
        assertThat(lines).isEmpty();
        assembler.flush();
        assembler.flush();
        assertThat(lines).containsExactly("1:no line feed");
    }

    @Test
    void doesNotHoardAnEndlessLine() {
        feed(ONE + "x".repeat(16 * 1024) + (TWO + "x".repeat(16 * 1024)).repeat(8), 1024);
        assertThat(lines).hasSizeGreaterThan(1).allSatisfy(line -> assertThat(line)
                .hasSizeLessThan(70_000));
    }

    @Test
    void keepsTextThatHasNoTime() {
        feed("no time here\n", 3);
        assertThat(lines).containsExactly(Instant.EPOCH.getNano() + ":no time here\n");
    }

    private void feed(String text, int size) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += size) {
            assembler.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
        }
    }
}
