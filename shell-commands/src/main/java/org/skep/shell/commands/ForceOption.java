package org.skep.shell.commands;

import java.util.List;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import org.skep.api.command.Outcome;
import picocli.CommandLine.Option;

/** {@code --force} of a command that removes: what does not exist is as good as removed. Mix it in. */
public final class ForceOption {

    @Option(
            names = {"-f", "--force"},
            description = "Do not error if it does not exist")
    private boolean force;

    /** Tries all and names those that it has removed. */
    public Outcome each(List<String> references, Consumer<String> remove) {
        return Outcome.each(references, reference -> {
            try {
                remove.accept(reference);
            } catch (SkepException e) {
                if (!force || !e.code().equals("NOT_FOUND")) {
                    throw e;
                }
                return Outcome.done();
            }
            return Outcome.text(reference);
        });
    }
}
