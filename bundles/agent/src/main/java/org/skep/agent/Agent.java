package org.skep.agent;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.skep.api.SkepException;
import org.skep.api.node.Departure;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeFacts;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.session.Dispatcher;

/**
 * The worker of this node, while the node is in a swarm. When it goes its tasks run on, because the daemon may only be
 * restarting; a node that leaves its swarm calls {@link #depart} first, which ends them.
 */
@Component(service = Departure.class, immediate = true)
@SatisfyingConditionTarget("(osgi.condition.id=skep.worker)")
public final class Agent implements Departure {

    /** Longer than any sane grace period: an engine that hangs must not keep a node in its swarm. */
    private static final long DEPARTURE_SECONDS = 60;

    private static final long CLOSE_SECONDS = 5;

    private final ThreadLoop loop = new ThreadLoop("agent");
    private final ExecutorService workers = workers();
    private final ManagersWord word = new ManagersWord();
    private final SelfDescription self;
    private final Worker worker;
    private final Runnable deaf;
    private final AtomicReference<NodeCredentials.Follower> followed = new AtomicReference<>(() -> {});

    @Activate
    public Agent(@Reference NodeConfig config, @Reference SwarmMembership membership, @Reference Drivers drivers) {
        self = new SelfDescription(config, drivers);
        worker = new Worker(
                config.stateDir(),
                membership,
                drivers,
                self,
                loop,
                workers,
                Clock.systemUTC(),
                () -> ThreadLocalRandom.current().nextDouble(),
                word::heard);
        deaf = drivers.onChange(() -> loop.execute(worker::driversChanged));
        loop.execute(worker::start);
    }

    /** The best there is: the leader of this JVM rather than a connection. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setDispatcher(Dispatcher dispatcher) {
        loop.execute(() -> worker.reach(Optional.of(dispatcher)));
    }

    void unsetDispatcher(Dispatcher dispatcher) {
        loop.execute(() -> worker.unreach(dispatcher));
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setManagers(KnownManagers managers) {
        word.set(managers);
    }

    void unsetManagers(KnownManagers managers) {
        word.unset(managers);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setFacts(NodeFacts facts) {
        word.set(facts);
    }

    void unsetFacts(NodeFacts facts) {
        word.unset(facts);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setCredentials(NodeCredentials credentials) {
        self.set(credentials);
        loop.execute(worker::describe);
        NodeCredentials.Follower follower = credentials.follow(() -> loop.execute(worker::describe));
        followed.getAndSet(follower).close();
    }

    void unsetCredentials(NodeCredentials credentials) {
        if (self.unset(credentials)) {
            followed.getAndSet(() -> {}).close();
        }
    }

    @Override
    public void depart() throws InterruptedException {
        CompletableFuture<List<String>> empty = new CompletableFuture<>();
        loop.execute(() -> worker.depart().thenAccept(empty::complete));
        try {
            List<String> left = empty.get(DEPARTURE_SECONDS, TimeUnit.SECONDS);
            if (!left.isEmpty()) {
                throw leftBehind(String.join("; ", left), null);
            }
        } catch (TimeoutException | ExecutionException e) {
            throw leftBehind("some tasks did not stop in " + DEPARTURE_SECONDS + " s", e);
        }
    }

    private static SkepException leftBehind(String what, Exception cause) {
        return SkepException.resource("TASKS_LEFT_BEHIND", what, "look for what is left of them in the runtime", cause);
    }

    @Deactivate
    void close() throws InterruptedException {
        deaf.run();
        followed.get().close();
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            worker.close();
            done.complete(null);
        });
        try {
            done.get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalStateException("the agent did not let go of its tasks", e);
        } finally {
            loop.close();
            workers.shutdownNow();
        }
        workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** Threads exist only while acts block: a running task costs none. */
    private static ExecutorService workers() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "agent-worker-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
