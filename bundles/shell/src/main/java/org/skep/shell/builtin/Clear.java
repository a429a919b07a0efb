package org.skep.shell.builtin;

import org.skep.shell.run.Shell;
import org.skep.shell.session.ShellSession;
import picocli.CommandLine.Command;

/** {@code clear}. */
@Command(name = "clear", description = "Clear the screen")
final class Clear implements Builtin {

    @Override
    public int run(ShellSession session, Shell shell) {
        session.screen().ifPresent(screen -> {
            session.out().print("\u001b[H\u001b[2J");
            session.out().flush();
        });
        return 0;
    }
}
