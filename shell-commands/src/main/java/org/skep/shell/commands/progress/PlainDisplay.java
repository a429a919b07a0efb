package org.skep.shell.commands.progress;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Prints a line whenever it changes. */
final class PlainDisplay implements Display {

    private final PrintStream out;
    private final Map<String, String> shown = new HashMap<>();

    PlainDisplay(PrintStream out) {
        this.out = out;
    }

    @Override
    public void show(List<Line> lines) {
        for (Line line : lines) {
            if (!line.plain().isEmpty() && !line.plain().equals(shown.put(line.id(), line.plain()))) {
                out.println(line.plain());
            }
        }
        out.flush();
    }
}
