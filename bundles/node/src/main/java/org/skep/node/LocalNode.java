package org.skep.node;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.api.node.Departure;
import org.skep.api.node.NodeConfig;
import org.skep.api.runtime.NodeRuntime;
import org.skep.control.Swarm;
import org.skep.protocol.Cluster;
import org.skep.protocol.Ids;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.store.Kind;
import org.skep.store.Proposer;
import org.skep.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's life: it knows its identity, takes its roles when the daemon starts, and enters and leaves a swarm.
 *
 * <p>Roles change on one thread of its own, never on the one that brings a service: the rooms that open and close with a
 * role may wait for that one.
 */
@Component(immediate = true)
public final class LocalNode implements Swarm {

    private static final Logger LOG = LoggerFactory.getLogger(LocalNode.class);

    private static final Duration RETRY = Duration.ofMillis(20);

    private final NodeConfig config;
    private final Patience patience;
    private final StateFiles files;
    private final Conditions conditions;
    private final ExecutorService thread;

    /** Held by whoever enters, leaves or starts. */
    private final ReentrantLock lifecycle = new ReentrantLock();

    private volatile Identity identity;
    private volatile String damage = "";
    private volatile boolean closed;
    private volatile NodeRuntime runtime;

    private final ManagerServices manager = new ManagerServices();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<Departure> departures = List.of();

    /**
     * How long to wait for others.
     *
     * @param leader for this node to lead the swarm it creates
     * @param ready for the new node to be ready for tasks
     * @param departure for tasks to stop when the node leaves
     */
    record Patience(Duration leader, Duration ready, Duration departure) {

        static final Patience USUAL =
                new Patience(Duration.ofSeconds(30), Duration.ofSeconds(15), Duration.ofSeconds(70));
    }

    @Activate
    public LocalNode(BundleContext context, @Reference NodeConfig config) {
        this(context, config, Patience.USUAL);
    }

    LocalNode(BundleContext context, NodeConfig config, Patience patience) {
        this.config = config;
        this.patience = patience;
        this.files = new StateFiles(config.stateDir());
        this.conditions = new Conditions(context);
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> new Thread(work, "skep-node"),
                new ThreadPoolExecutor.DiscardPolicy());
        try {
            identity = files.read().orElse(null);
        } catch (IOException e) {
            damaged(e);
        }
        if (identity != null) {
            if (identity.phase() == Identity.Phase.MEMBER) {
                // At once: nobody must be told meanwhile that this node is in no swarm.
                conditions.enter(identity.membership());
            }
            thread.execute(this::start);
        }
    }

    @Deactivate
    void close() throws InterruptedException {
        closed = true;
        manager.close();
        thread.shutdown();
        if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
            thread.shutdownNow();
        }
        conditions.leave();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStore(Store service) {
        manager.set(service);
    }

    void unbindStore(Store service) {
        manager.unset(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindProposer(Proposer service) {
        manager.set(service);
        followLeadership();
    }

    void unbindProposer(Proposer service) {
        manager.unset(service);
        followLeadership();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindRuntime(NodeRuntime service) {
        runtime = service;
    }

    void unbindRuntime(NodeRuntime service) {
        if (runtime == service) {
            runtime = null;
        }
    }

    private void followLeadership() {
        thread.execute(() -> conditions.lead(closed ? null : manager.proposer()));
    }

    /** Takes up the roles this node had when it stopped; or ends what an earlier life left half done. */
    private void start() {
        lifecycle.lock();
        try {
            Identity known = identity;
            if (closed || known == null) {
                return;
            }
            if (known.phase() == Identity.Phase.MEMBER) {
                conditions.manage();
                conditions.work();
                conditions.lead(manager.proposer());
            } else {
                finish();
            }
        } catch (RuntimeException e) {
            LOG.error("This node cannot take its part in the swarm", e);
        } finally {
            lifecycle.unlock();
        }
    }

    /** Removes what an unfinished init or leave left. */
    private void finish() {
        LOG.info("Removing what an unfinished change of the swarm left");
        try {
            files.wipe();
            identity = null;
        } catch (IOException e) {
            damaged(e);
        }
    }

    private void damaged(IOException e) {
        LOG.error("The state directory cannot be used", e);
        Path file = e instanceof FileSystemException known && known.getFile() != null
                ? Path.of(known.getFile())
                : files.identityFile();
        damage = "cannot use " + file + ": " + IoReasons.of(e);
    }

    @Override
    public String init(NodeSpec.Availability availability) throws InterruptedException {
        lifecycle.lockInterruptibly();
        try {
            checkOutside();
            Identity fresh = new Identity(Ids.random(), Ids.random(), Identity.Phase.CREATING);
            write(fresh);
            boolean done = false;
            try {
                create(fresh, availability);
                write(fresh.in(Identity.Phase.MEMBER));
                done = true;
            } finally {
                if (!done) {
                    abandon();
                }
            }
            conditions.work();
            awaitReady(fresh.nodeId());
            return fresh.nodeId();
        } finally {
            lifecycle.unlock();
        }
    }

    private void checkOutside() {
        if (identity != null && identity.phase() != Identity.Phase.MEMBER) {
            finish();
        }
        if (!damage.isEmpty()) {
            throw SkepException.resource("STATE_DAMAGED", damage, "repair or move away the file", null);
        }
        if (identity != null) {
            throw SkepException.state(
                    "ALREADY_IN_SWARM",
                    "this node is already part of a swarm",
                    "use \"swarm leave\" to leave it before making or joining another one");
        }
        files.leftover().ifPresent(path -> {
            throw SkepException.state(
                    "STATE_LEFTOVER",
                    path + " belongs to a swarm, but " + files.identityFile() + " that says which one is missing",
                    "restore that file, or move " + path.getFileName() + " away");
        });
    }

    private void write(Identity next) {
        try {
            files.write(next);
            identity = next;
        } catch (IOException e) {
            throw SkepException.resource(
                    "STATE_UNWRITABLE",
                    "cannot write " + files.identityFile() + ": " + IoReasons.of(e),
                    "make room on the disk, or see who may write there",
                    e);
        }
    }

    private void create(Identity fresh, NodeSpec.Availability availability) throws InterruptedException {
        NewSwarm swarm = new NewSwarm(fresh, config.hostname(), AdvertisedAddress.find(), availability);
        long deadline = System.nanoTime() + patience.leader().toNanos();
        conditions.enter(fresh.membership());
        conditions.manage();
        followLeadership();
        while (true) {
            Store target = manager.awaitLead(deadline);
            try {
                target.update(tx -> {
                    if (tx.cluster().isEmpty()) {
                        swarm.objects().forEach(tx::create);
                    }
                    return null;
                });
                return;
            } catch (SkepException e) {
                // The store may learn of the leadership a moment after this node does.
                if (!e.code().equals("NO_LEADER") || System.nanoTime() > deadline) {
                    throw e;
                }
                manager.pause(RETRY);
            }
        }
    }

    /** Leaves no trace of a swarm that did not come to be. */
    private void abandon() {
        conditions.leave();
        finish();
    }

    /** A node that takes long to be ready is a member all the same. */
    private void awaitReady(String nodeId) throws InterruptedException {
        Store source = manager.store();
        if (source == null) {
            return;
        }
        CountDownLatch ready = new CountDownLatch(1);
        try (Store.Watch watch = source.watch(EnumSet.of(Kind.NODE), changes -> changes.view()
                .nodes()
                .get(nodeId)
                .filter(node -> node.getStatus().getState() == NodeStatus.State.READY)
                .ifPresent(node -> ready.countDown()))) {
            if (!ready.await(patience.ready().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("This node is in the swarm, but not ready for tasks yet");
            }
        }
    }

    @Override
    public void leave(boolean force) throws InterruptedException {
        lifecycle.lockInterruptibly();
        try {
            if (!damage.isEmpty()) {
                throw SkepException.resource("STATE_DAMAGED", damage, "repair or move away the file", null);
            }
            if (identity == null) {
                throw SkepException.state("NOT_IN_SWARM", "this node is not part of a swarm", "");
            }
            if (!force) {
                throw SkepException.state(
                        "FORCE_REQUIRED",
                        "this node is the last manager: leaving erases all state of the swarm",
                        "use --force to leave all the same");
            }
            String left = new Farewell(patience.departure()).say(departures);
            files.markLeaving();
            identity = identity.in(Identity.Phase.LEAVING);
            conditions.withdrawRoles();
            boolean clean = Farewell.sweep(runtime);
            conditions.leave();
            files.wipe();
            identity = null;
            if (!left.isEmpty() && !clean) {
                throw SkepException.resource(
                        "TASKS_LEFT_BEHIND",
                        "this node has left the swarm, but not all of its tasks could be removed: " + left,
                        "look for what is left of them in the runtime, and remove it there",
                        null);
            }
        } catch (IOException e) {
            throw SkepException.resource(
                    "STATE_UNWRITABLE",
                    "the state of the swarm could not all be deleted: " + IoReasons.of(e),
                    "try again, or restart the daemon",
                    e);
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public Status status() {
        Identity known = identity;
        NodeRuntime current = runtime;
        boolean leads = manager.proposer() != null;
        boolean member = known != null && known.phase() == Identity.Phase.MEMBER;
        String error = damage;
        String version = "";
        if (current != null) {
            try {
                version = current.driver().info().version();
            } catch (SkepException e) {
                error = error.isEmpty() ? e.line() : error;
            }
        }
        State state = !damage.isEmpty()
                ? State.ERROR
                : known == null ? State.INACTIVE : member && leads ? State.ACTIVE : State.PENDING;
        if (member && !leads && error.isEmpty()) {
            error = "the swarm has no leader";
        }
        return new Status(
                state,
                member ? known.nodeId() : "",
                member,
                member && leads,
                error,
                config.hostname(),
                current == null ? "" : current.name(),
                version);
    }

    @Override
    public Cluster cluster() {
        Store source = manager.store();
        if (identity == null || source == null) {
            throw SkepException.state(
                    "NOT_A_MANAGER", "this node is not a swarm manager", "use \"swarm init\" to make it one");
        }
        return source.view()
                .cluster()
                .orElseThrow(() -> SkepException.state("NO_LEADER", "the swarm is still starting", "try again"));
    }
}
