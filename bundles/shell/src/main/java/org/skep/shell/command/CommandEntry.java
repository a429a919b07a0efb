package org.skep.shell.command;

import java.util.List;
import org.skep.api.command.Role;

/** A command that lines can name, whether a bundle's or the shell's own. */
public interface CommandEntry {

    /** The words that call it; the first is its name, further ones are aliases. */
    List<String> names();

    Role role();

    /** An instance for one line. */
    Lease open();

    default String name() {
        return names().get(0);
    }

    /** An instance of a command, to be given back. */
    record Lease(CommandModel model, Runnable release) implements AutoCloseable {

        /** Carries picocli's annotations. */
        public Object command() {
            return model.command();
        }

        @Override
        public void close() {
            release.run();
        }
    }
}
