package org.skep.shell.builtin;

import org.skep.shell.run.Shell;
import org.skep.shell.session.ShellSession;

/** A command of the shell itself, which may run other lines. */
public interface Builtin {

    /** @return the exit status */
    int run(ShellSession session, Shell shell) throws InterruptedException;
}
