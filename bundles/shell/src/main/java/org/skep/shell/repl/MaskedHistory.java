package org.skep.shell.repl;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jline.reader.impl.history.DefaultHistory;

/** Remembers lines, but not their secrets. */
final class MaskedHistory extends DefaultHistory {

    private final UnaryOperator<String> mask;

    MaskedHistory(UnaryOperator<String> mask) {
        this.mask = mask;
    }

    @Override
    public void add(Instant time, String line) {
        super.add(time, mask.apply(line));
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        forEach(entry -> lines.add(entry.line()));
        return lines;
    }
}
