package org.skep.shell.commands.service;

import org.skep.api.command.Outcome;
import org.skep.api.command.Session;
import picocli.CommandLine.Option;

/** Whether commands that change services wait until the swarm has followed: mix it in. */
public final class Waiting {

    @Option(
            names = {"-d", "--detach"},
            description = "Exit immediately instead of waiting for the service to converge")
    private boolean detach;

    /** What to wait for. */
    interface Work {
        void await() throws InterruptedException;
    }

    boolean detach() {
        return detach;
    }

    /** Says what was done, and waits for it to take effect. */
    Outcome finish(Session session, String done, Work work) throws InterruptedException {
        if (detach) {
            return Outcome.text(done);
        }
        session.out().println(done);
        session.out().flush();
        work.await();
        return Outcome.done();
    }
}
