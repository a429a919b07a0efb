package org.skep.shell.builtin;

import java.util.List;
import org.skep.shell.run.Shell;
import org.skep.shell.session.ShellSession;
import picocli.CommandLine.Command;

/** {@code history}. */
@Command(name = "history", description = "Print the lines typed so far")
final class History implements Builtin {

    @Override
    public int run(ShellSession session, Shell shell) {
        List<String> lines = session.history();
        for (int i = 0; i < lines.size(); i++) {
            session.out().print(String.format("%5d  %s\n", i + 1, lines.get(i)));
        }
        return 0;
    }
}
