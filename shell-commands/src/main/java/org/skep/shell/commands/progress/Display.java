package org.skep.shell.commands.progress;

import java.util.List;
import org.skep.api.command.Session;

/** Where progress is shown. */
public interface Display {

    /** For {@code --quiet}. */
    Display NONE = lines -> {};

    /** Redrawn on the session's terminal; elsewhere lines on standard error, that they do not mix with the result. */
    static Display on(Session session) {
        return session.screen()
                .<Display>map(screen -> new ScreenDisplay(session.out(), screen))
                .orElseGet(() -> new PlainDisplay(session.err()));
    }

    /** Replaces what was shown before. */
    void show(List<Line> lines);
}
