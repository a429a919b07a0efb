package org.skep.shell.commands.progress;

import java.time.Duration;
import java.time.InstantSource;
import org.skep.api.SkepException;
import org.skep.api.command.Session;
import org.skep.api.command.StillRunning;
import org.skep.control.ServiceChanges;
import org.skep.control.ServiceChanges.Follower;
import org.skep.control.ServiceChanges.Snapshot;
import org.skep.protocol.Service;

/** Waits until a service is what its specification says, and shows how it gets there. */
public final class Convergence {

    private static final Duration FIRST = Duration.ofSeconds(1);

    private final ServiceChanges changes;
    private final InstantSource clock;
    private final Session session;

    public Convergence(ServiceChanges changes, InstantSource clock, Session session) {
        this.changes = changes;
        this.clock = clock;
        this.session = session;
    }

    /** How to wait. */
    public enum Kind {
        /** A rollback on the way is a failure. */
        CHANGE,
        /** A rollback is what was asked for. */
        ROLLBACK
    }

    /**
     * Returns once the service has converged and stayed so for its monitoring time.
     *
     * @throws SkepException {@code NOT_CONVERGED} with the reason
     * @throws StillRunning if the user does not want to wait
     */
    public void await(Service service, Kind kind, boolean quiet) throws InterruptedException {
        String name = service.getSpec().getAnnotations().getName();
        Display display = quiet ? Display.NONE : Display.on(session);
        ServiceProgress progress = new ServiceProgress(kind == Kind.ROLLBACK);
        try (Follower follower = changes.follow(service.getId())) {
            Snapshot snapshot = null;
            ServiceProgress.Standing standing = null;
            while (standing == null || !standing.finished()) {
                Snapshot next = follower.next(standing == null ? FIRST : standing.recheck());
                snapshot = next == null ? snapshot : next;
                if (snapshot == null) {
                    continue;
                }
                standing = progress.observe(snapshot, clock.instant());
                display.show(standing.lines());
                if (standing.failure().isPresent()) {
                    throw SkepException.state(
                            "NOT_CONVERGED",
                            "service " + name + " did not converge: "
                                    + standing.failure().get(),
                            "see \"service ps " + name + "\"");
                }
            }
        } catch (InterruptedException e) {
            throw new StillRunning(
                    "Operation continuing in background.\nUse `service ps " + name + "` to check progress.");
        }
    }
}
