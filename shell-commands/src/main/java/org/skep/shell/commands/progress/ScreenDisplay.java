package org.skep.shell.commands.progress;

import java.io.PrintStream;
import java.util.List;
import org.skep.api.command.Session;

/** Redraws its lines in place. */
final class ScreenDisplay implements Display {

    private static final String ERASE_LINE = "\u001b[2K";
    private static final String ERASE_BELOW = "\u001b[J";

    private final PrintStream out;
    private final Session.Screen screen;
    private int drawn;

    ScreenDisplay(PrintStream out, Session.Screen screen) {
        this.out = out;
        this.screen = screen;
    }

    @Override
    public void show(List<Line> lines) {
        StringBuilder frame = new StringBuilder();
        if (drawn > 0) {
            frame.append("\u001b[").append(drawn).append('A');
        }
        // A line that wraps, or a frame taller than the screen, could not be drawn over.
        List<Line> visible = lines.subList(0, Math.min(lines.size(), Math.max(1, screen.height() - 1)));
        for (Line line : visible) {
            String text = line.text();
            int width = Math.max(1, screen.width() - 1);
            frame.append('\r')
                    .append(ERASE_LINE)
                    .append(text, 0, Math.min(text.length(), width))
                    .append('\n');
        }
        frame.append(ERASE_BELOW);
        drawn = visible.size();
        out.print(frame);
        out.flush();
    }
}
