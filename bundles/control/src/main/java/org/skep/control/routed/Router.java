package org.skep.control.routed;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.control.local.LocalControl;
import org.skep.control.routed.Leadership.Target;

/**
 * Asks the leader, wherever that is. When it changes, what is certainly not done is asked for again; a change that may have
 * been made is not.
 */
@Component(service = Router.class)
public final class Router {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String NO_LEADER = "NO_LEADER";
    private static final String UNREACHABLE = "UNREACHABLE";
    private static final String LEADER_LOST = "LEADER_LOST";
    private static final String OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";

    /** After these, nothing was done. */
    private static final Set<String> NOT_DONE = Set.of(NO_LEADER, UNREACHABLE);
    /** After these, it may have been done. */
    private static final Set<String> NOT_ANSWERED = Set.of(NO_LEADER, UNREACHABLE, LEADER_LOST);

    private final Leadership leadership;
    private final Duration patience;

    @Activate
    public Router(@Reference Leadership leadership) {
        this(leadership, PATIENCE);
    }

    Router(Leadership leadership, Duration patience) {
        this.leadership = leadership;
        this.patience = patience;
    }

    /** The ID of this node. */
    String nodeId() {
        return leadership.nodeId();
    }

    /** What this manager can say without a leader. */
    LocalControl local() {
        return leadership.local();
    }

    /** Asks the leader; where it is lost before it has answered, the next one. */
    <T, E extends Exception> T read(Question<T, E> question) throws E {
        return read(patience(), question);
    }

    Patience patience() {
        return new Patience(patience);
    }

    /** Has the leader begin something that cannot go on elsewhere. It is asked again only where nothing was begun. */
    <T, E extends Exception> T begin(Question<T, E> request) throws E {
        return ask(patience(), NOT_DONE, request);
    }

    /** As {@link #read(Question)}, for questions that take long: they renew the patience as they get on. */
    <T, E extends Exception> T read(Patience patience, Question<T, E> question) throws E {
        return ask(patience, NOT_ANSWERED, question);
    }

    /** @param again the errors after which it is asked again */
    private <T, E extends Exception> T ask(Patience patience, Set<String> again, Question<T, E> question) throws E {
        long seen = leadership.changes();
        while (true) {
            Target target = leadership.find(patience);
            try {
                return leadership.ask(target, question);
            } catch (SkepException e) {
                if (!again.contains(e.code())) {
                    throw e;
                }
                seen = retry(patience, seen, target, e);
            }
        }
    }

    /**
     * Has the leader do something. It is asked again only where nothing was done.
     *
     * @param look the command that shows whether it was done
     */
    <T> T write(String look, Question<T, RuntimeException> request) {
        return write(look, false, request);
    }

    /**
     * Has the leader change something from the version it has, which cannot happen twice: where it may have been done, it
     * is tried again.
     *
     * @param look the command that shows whether it was done
     */
    <T> T change(String look, Question<T, RuntimeException> request) {
        return write(look, true, request);
    }

    /**
     * As {@link #change(String, Question)}. A leader that its own change unseats cannot answer: what it was to make of the
     * object says then whether it did.
     *
     * @param made the object, if it is now what it was to become
     */
    <T> T change(String look, Question<T, RuntimeException> request, Question<Optional<T>, RuntimeException> made) {
        try {
            return change(look, request);
        } catch (SkepException e) {
            if (!e.code().equals(OUTCOME_UNKNOWN)) {
                throw e;
            }
            return found(made).orElseThrow(() -> e);
        }
    }

    private <T> Optional<T> found(Question<Optional<T>, RuntimeException> made) {
        try {
            return read(made);
        } catch (SkepException e) {
            return Optional.empty();
        }
    }

    private <T> T write(String look, boolean versioned, Question<T, RuntimeException> request) {
        Patience left = patience();
        long seen = leadership.changes();
        SkepException unsure = null;
        while (true) {
            try {
                Target target = leadership.find(left);
                try {
                    return leadership.ask(target, request);
                } catch (SkepException e) {
                    boolean lost = e.code().equals(LEADER_LOST) || e.code().equals(OUTCOME_UNKNOWN);
                    if (lost && !versioned || !lost && !NOT_DONE.contains(e.code())) {
                        throw e;
                    }
                    unsure = lost ? e : unsure;
                    seen = retry(left, seen, target, e);
                }
            } catch (SkepException e) {
                throw outcome(look, unsure, e);
            }
        }
    }

    /** What is refused may be so because it was done before. */
    private static SkepException outcome(String look, SkepException unsure, SkepException last) {
        boolean lost = last.code().equals(LEADER_LOST) || last.code().equals(OUTCOME_UNKNOWN);
        return lost || unsure != null ? outcomeUnknown(look, unsure == null ? last : unsure) : last;
    }

    /** Asks the leader once, or else this manager itself. */
    <T> T readAnyhow(Question<T, RuntimeException> question) {
        LocalControl local = leadership.local();
        Optional<Target> leader = leadership.elsewhere();
        if (leader.isPresent()) {
            try {
                return leadership.ask(leader.get(), question);
            } catch (SkepException e) {
                return question.ask(local);
            }
        }
        return question.ask(local);
    }

    private long retry(Patience left, long seen, Target failed, SkepException failure) {
        if (!leadership.await(seen, left)) {
            throw failure.code().equals(NO_LEADER) ? Leadership.noLeader() : unreachable(failed, failure);
        }
        return leadership.changes();
    }

    private static SkepException unreachable(Target leader, SkepException failure) {
        return new SkepException(
                failure.kind(),
                NO_LEADER,
                "the leader of the swarm, " + leader.leader().orElse("") + ", cannot be reached: "
                        + failure.getMessage(),
                "try again in a moment",
                failure);
    }

    private static SkepException outcomeUnknown(String look, SkepException failure) {
        return new SkepException(
                failure.kind(),
                OUTCOME_UNKNOWN,
                "the leader was lost before it answered: the change may or may not have been made",
                "look with \"" + look + "\" before you repeat it",
                failure);
    }
}
