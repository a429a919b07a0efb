package org.skep.shell.commands.progress;

import java.util.List;

/** Where progress is shown. */
interface Display {

    /** For {@code --quiet}. */
    Display NONE = lines -> {};

    /** Replaces what was shown before. */
    void show(List<Line> lines);
}
