package org.skep.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.DoubleSupplier;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.session.Dispatcher;
import org.skep.protocol.session.SessionListener;
import org.skep.protocol.session.WorkerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds a session to a manager, and opens a new one whenever it is lost. Used on the loop only. */
final class ManagerSession {

    private static final Logger LOG = LoggerFactory.getLogger(ManagerSession.class);
    static final Duration FIRST_DELAY = Duration.ofMillis(100);
    static final Duration LONGEST_DELAY = Duration.ofSeconds(8);

    /** A session that has held so long was a good one: it is replaced at once, and the back-off begins anew. */
    static final Duration SETTLED = Duration.ofSeconds(2);

    /** A manager that does not lead any more has noticed by then, and has ended its sessions. */
    static final Duration LASTING = Duration.ofSeconds(15);

    private final Loop loop;
    private final ExecutorService workers;
    private final String nodeId;
    private final DoubleSupplier random;
    private final Events events;

    private Optional<Dispatcher> dispatcher = Optional.empty();
    private Optional<NodeDescription> description = Optional.empty();
    private Optional<WorkerSession> session = Optional.empty();
    private Duration delay = Duration.ZERO;
    private Loop.Cancellable retry = () -> {};
    private Loop.Cancellable settling = () -> {};
    private Loop.Cancellable ageing = () -> {};
    private boolean lasting;
    private Optional<SessionMessage> facts = Optional.empty();
    private boolean settled;
    private String complaint = "";

    /** Every attempt has a number, so that what belongs to an earlier one is known and dropped. */
    private long attempt;

    private boolean opening;

    /** What the manager said before its answer to {@code open} was here. */
    private final List<Runnable> early = new ArrayList<>();

    private boolean closed;

    /** Called on the loop. */
    interface Events {
        void opened(WorkerSession session);

        /** @param lasting whether the session has lasted for {@link #LASTING} */
        void facts(SessionMessage message, boolean lasting);

        void assignments(AssignmentsMessage message);

        void subscription(SubscriptionMessage message);

        void reach(ReachRequest request);

        void lost();
    }

    ManagerSession(Loop loop, ExecutorService workers, String nodeId, DoubleSupplier random, Events events) {
        this.loop = loop;
        this.workers = workers;
        this.nodeId = nodeId;
        this.random = random;
        this.events = events;
    }

    /** Managers can be reached this way from now on; empty if there is none. */
    void reach(Optional<Dispatcher> value) {
        if (dispatcher.equals(value)) {
            return;
        }
        dispatcher = value;
        openAnew();
    }

    void unreach(Dispatcher value) {
        if (dispatcher.filter(present -> present == value).isPresent()) {
            reach(Optional.empty());
        }
    }

    /** What this node says of itself; the first session waits for it. */
    void describe(NodeDescription value) {
        if (description.filter(value::equals).isPresent()) {
            return;
        }
        description = Optional.of(value);
        session.ifPresent(open -> open.describe(value));
        open();
    }

    /** The open session is of no use: the next one begins after the back-off. */
    void abandon(String reason) {
        if (session.isPresent()) {
            lost(attempt, reason);
        }
    }

    /** @param forGood the node leaves its swarm; else its daemon stops */
    void close(boolean forGood) {
        closed = true;
        session.ifPresent(open -> open.sayGoodbye(forGood));
        drop();
    }

    private void open() {
        if (closed || opening || session.isPresent() || dispatcher.isEmpty() || description.isEmpty()) {
            return;
        }
        retry.cancel();
        opening = true;
        long number = ++attempt;
        Dispatcher target = dispatcher.get();
        NodeDescription said = description.get();
        // Elsewhere, because a manager may take its time to answer.
        workers.execute(() -> {
            try {
                WorkerSession opened = target.open(nodeId, said, new Listener(number));
                loop.execute(() -> opened(number, said, opened));
            } catch (RuntimeException e) {
                loop.execute(() -> lost(number, e.getMessage() == null ? e.toString() : e.getMessage()));
            }
        });
    }

    private void opened(long number, NodeDescription said, WorkerSession opened) {
        if (number != attempt || closed) {
            opened.close();
            return;
        }
        opening = false;
        session = Optional.of(opened);
        complaint = "";
        LOG.info("In session with {}", opened);
        description.filter(now -> !now.equals(said)).ifPresent(opened::describe);
        settling = loop.after(SETTLED, () -> {
            settled = true;
            delay = Duration.ZERO;
        });
        ageing = loop.after(LASTING, () -> {
            lasting = true;
            facts.ifPresent(message -> events.facts(message, true));
        });
        events.opened(opened);
        List<Runnable> waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(Runnable::run);
    }

    private void lost(long number, String reason) {
        if (number != attempt || closed) {
            return;
        }
        if (session.isPresent()) {
            LOG.info("The session with the manager is over: {}", reason);
        } else if (!reason.equals(complaint)) {
            // Once, because a node may be cut off for days.
            LOG.info("No session with a manager yet: {}", reason);
        }
        complaint = reason;
        boolean atOnce = settled;
        drop();
        if (atOnce) {
            open();
            return;
        }
        delay = longer(delay);
        retry = loop.after(Duration.ofNanos((long) (delay.toNanos() * random.getAsDouble())), this::open);
    }

    private void renewed(long number, String reason) {
        if (number != attempt || closed) {
            return;
        }
        LOG.info("Another session with the manager begins: {}", reason);
        openAnew();
    }

    private void openAnew() {
        drop();
        delay = Duration.ZERO;
        open();
    }

    private static Duration longer(Duration previous) {
        Duration longer = FIRST_DELAY.plus(previous.multipliedBy(2));
        return longer.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : longer;
    }

    private void drop() {
        retry.cancel();
        settling.cancel();
        ageing.cancel();
        settled = false;
        lasting = false;
        facts = Optional.empty();
        attempt++;
        opening = false;
        early.clear();
        if (session.isPresent()) {
            WorkerSession old = session.get();
            session = Optional.empty();
            old.close();
            events.lost();
        }
    }

    /** Hands everything to the loop in the order it came; drops what belongs to a session of the past. */
    private final class Listener implements SessionListener {
        private final long number;

        Listener(long number) {
            this.number = number;
        }

        @Override
        public void session(SessionMessage message) {
            onLoop(() -> {
                facts = Optional.of(message);
                events.facts(message, lasting);
            });
        }

        @Override
        public void assignments(AssignmentsMessage message) {
            onLoop(() -> events.assignments(message));
        }

        @Override
        public void subscription(SubscriptionMessage message) {
            onLoop(() -> events.subscription(message));
        }

        @Override
        public void reach(ReachRequest request) {
            onLoop(() -> events.reach(request));
        }

        @Override
        public void closed(String reason) {
            loop.execute(() -> lost(number, reason));
        }

        @Override
        public void renewed(String reason) {
            loop.execute(() -> ManagerSession.this.renewed(number, reason));
        }

        private void onLoop(Runnable action) {
            loop.execute(() -> {
                if (number != attempt || closed) {
                    return;
                }
                if (opening) {
                    early.add(action);
                } else {
                    action.run();
                }
            });
        }
    }
}
