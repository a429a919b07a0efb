package org.skep.control.routed;

import java.util.List;
import org.skep.api.SkepException;
import org.skep.control.Reach;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.Usage;
import org.skep.protocol.revision.Requester;

/** Reaches into tasks, wherever the leader is. A command ends with the leader that it was begun through. */
record RoutedReach(Router router) implements Reach {

    @Override
    public int exec(ExecStart start, Requester by, Console console) throws InterruptedException {
        Question<Integer, InterruptedException> question =
                leader -> leader.reach().exec(start, by, console);
        try {
            return router.begin(question);
        } catch (SkepException e) {
            checkInterrupted();
            throw e.code().equals("LEADER_LOST")
                    ? SkepException.state(
                            "LEADER_LOST",
                            "the connection to the task is lost: the leader of the swarm has gone",
                            "run the command again")
                    : e;
        }
    }

    @Override
    public List<Usage> usage(List<String> taskIds) throws InterruptedException {
        Question<List<Usage>, InterruptedException> question =
                leader -> leader.reach().usage(taskIds);
        try {
            return router.read(question);
        } catch (SkepException e) {
            checkInterrupted();
            throw e;
        }
    }

    /** What was interrupted has failed for no other reason. */
    private static void checkInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
