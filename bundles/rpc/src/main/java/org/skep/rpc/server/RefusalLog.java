package org.skep.rpc.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs who was refused and why: one line per address and minute, and so many in all. However many are refused, log and
 * memory stay small.
 */
final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int ADDRESSES = 1_000;
    private static final int LINES_PER_PERIOD = 60;

    private final LongSupplier nanoClock;
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
            return size() > ADDRESSES;
        }
    };
    private long periodStart;
    private int lines;

    /** Since when an address is quiet, and how often it was refused meanwhile. */
    private record Entry(long since, long unlogged) {}

    RefusalLog(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.periodStart = nanoClock.getAsLong();
    }

    /**
     * Logs a refusal, unless one of the same address was logged within a minute.
     *
     * @param address without the port
     * @param what a line without the address
     */
    synchronized void refused(String address, String what) {
        long now = nanoClock.getAsLong();
        Entry entry = entries.get(address);
        if (entry != null && now - entry.since() < PERIOD_NANOS) {
            entries.put(address, new Entry(entry.since(), entry.unlogged() + 1));
            return;
        }
        if (now - periodStart >= PERIOD_NANOS) {
            periodStart = now;
            lines = 0;
        }
        if (++lines > LINES_PER_PERIOD) {
            return;
        }
        long before = entry == null ? 0 : entry.unlogged();
        entries.put(address, new Entry(now, 0));
        LOG.warn(
                "Refused {}: {}{}",
                address,
                printable(what),
                before == 0 ? "" : "; " + before + " more since the last such line");
        if (lines == LINES_PER_PERIOD) {
            LOG.warn("More refusals are not logged within this minute");
        }
    }

    /** What others send must not make lines of its own. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
