package org.skep.shell.commands.bundle;

import java.util.List;
import org.skep.api.command.Outcome;
import org.skep.api.command.Session;
import org.skep.plugins.Change;
import picocli.CommandLine.Option;

/** Shows what a change will do, and does it unless told to show only. */
public final class PlanOptions {

    @Option(names = "--dry-run", description = "Show what would change, and change nothing")
    private boolean dryRun;

    Outcome carryOut(Change change, Session session) throws InterruptedException {
        List<String> plan = change.plan();
        if (dryRun) {
            return Outcome.text(plan.toArray(String[]::new));
        }
        plan.forEach(session.out()::println);
        session.out().flush();
        return Outcome.text(change.apply().toArray(String[]::new));
    }
}
