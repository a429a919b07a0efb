package org.skep.shell.builtin;

import java.util.List;
import org.skep.shell.run.Shell;
import org.skep.shell.session.ShellSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code help [COMMAND]}. */
@Command(name = "help", description = "List the commands, or explain one")
final class Help implements Builtin {

    @Parameters(arity = "0..*", paramLabel = "COMMAND")
    private List<String> words = List.of();

    @Override
    public int run(ShellSession session, Shell shell) {
        session.out().print(shell.help(words, session));
        return 0;
    }
}
