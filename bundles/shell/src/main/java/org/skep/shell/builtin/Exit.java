package org.skep.shell.builtin;

import org.skep.shell.run.Shell;
import org.skep.shell.session.ShellSession;
import picocli.CommandLine.Command;

/** {@code exit}. */
@Command(name = "exit", description = "Leave the shell")
final class Exit implements Builtin {

    @Override
    public int run(ShellSession session, Shell shell) {
        session.leave();
        return 0;
    }
}
