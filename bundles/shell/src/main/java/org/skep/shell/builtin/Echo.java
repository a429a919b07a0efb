package org.skep.shell.builtin;

import java.util.List;
import org.skep.api.command.OptionsFirst;
import org.skep.shell.run.Shell;
import org.skep.shell.session.ShellSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code echo WORD...}. */
@OptionsFirst
@Command(name = "echo", description = "Print words")
final class Echo implements Builtin {

    @Parameters(arity = "0..*", paramLabel = "WORD")
    private List<String> words = List.of();

    @Override
    public int run(ShellSession session, Shell shell) {
        session.out().print(String.join(" ", words) + "\n");
        return 0;
    }
}
