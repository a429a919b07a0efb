package org.skep.shell.render;

import java.io.PrintStream;
import org.skep.api.command.Session.Screen;

/** A screenful that takes the place of what is shown. */
public final class Page {

    private Page() {}

    /** @param text what does not fit is left out */
    public static void show(String text, Screen screen, PrintStream out) {
        StringBuilder picture = new StringBuilder("\u001b[H\u001b[2J");
        text.lines().limit(Math.max(1, screen.height() - 1)).forEach(row -> picture.append(cut(row, screen.width()))
                .append('\n'));
        out.print(picture);
        out.flush();
    }

    private static String cut(String text, int width) {
        // a coloured line is longer than it looks: leave it to the terminal
        return text.length() <= width || text.indexOf('\u001b') >= 0 ? text : text.substring(0, Math.max(0, width));
    }
}
