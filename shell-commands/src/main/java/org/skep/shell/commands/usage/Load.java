package org.skep.shell.commands.usage;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.skep.protocol.Task;
import org.skep.protocol.Times;
import org.skep.protocol.reach.Usage;
import org.skep.shell.commands.value.ByteSize;

/**
 * What a task uses of its node, in the words of {@code docker stats}.
 *
 * @param before an earlier look, from which rates are taken; empty if there is none
 * @param now empty if its node did not tell
 */
record Load(Task task, String hostname, Optional<Usage> before, Optional<Usage> now) {

    private static final String UNKNOWN = "--";
    private static final String[] DECIMAL = {"B", "kB", "MB", "GB", "TB", "PB"};
    private static final MathContext THREE_DIGITS = new MathContext(3);

    /** 100 for one processor in full. */
    double cpuPercent() {
        if (before.isEmpty() || now.isEmpty()) {
            return 0;
        }
        long nanos = Duration.between(
                        Times.instant(before.get().getTime()),
                        Times.instant(now.get().getTime()))
                .toNanos();
        long used = now.get().getCpuNanos() - before.get().getCpuNanos();
        return nanos <= 0 || used <= 0 ? 0 : 100.0 * used / nanos;
    }

    String cpu() {
        return before.isEmpty() || now.isEmpty() ? UNKNOWN : percent(cpuPercent());
    }

    String memory() {
        return now.map(used ->
                        ByteSize.print(used.getMemoryBytes()) + " / " + ByteSize.print(used.getMemoryLimitBytes()))
                .orElse(UNKNOWN + " / " + UNKNOWN);
    }

    String memoryShare() {
        return now.filter(used -> used.getMemoryLimitBytes() > 0)
                .map(used -> percent(100.0 * used.getMemoryBytes() / used.getMemoryLimitBytes()))
                .orElse(UNKNOWN);
    }

    String network() {
        return pair(now.map(Usage::getReceivedBytes), now.map(Usage::getSentBytes));
    }

    String disk() {
        return pair(now.map(Usage::getReadBytes), now.map(Usage::getWrittenBytes));
    }

    String processes() {
        return now.map(used -> Long.toString(used.getProcesses())).orElse(UNKNOWN);
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    private static String pair(Optional<Long> first, Optional<Long> second) {
        return first.map(Load::decimal).orElse(UNKNOWN) + " / "
                + second.map(Load::decimal).orElse(UNKNOWN);
    }

    /** Three digits, and units of a thousand, such as {@code 1.26kB}. */
    private static String decimal(long bytes) {
        BigDecimal value = BigDecimal.valueOf(bytes);
        int unit = 0;
        while (value.compareTo(BigDecimal.valueOf(1000)) >= 0 && unit < DECIMAL.length - 1) {
            value = value.movePointLeft(3);
            unit++;
        }
        BigDecimal rounded = value.round(THREE_DIGITS).stripTrailingZeros();
        return (rounded.scale() < 0 ? rounded.setScale(0) : rounded).toPlainString() + DECIMAL[unit];
    }
}
