package org.skep.agent.remote;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.skep.api.SkepException;
import org.skep.api.node.Daemon;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.KnownManagers.Manager;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeFacts;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.session.Dispatcher;
import org.skep.protocol.session.SessionListener;
import org.skep.protocol.session.SessionMetadata;
import org.skep.protocol.session.WorkerSession;
import org.skep.rpc.Connections;

/** Sessions with managers on other hosts; the leader's own node prefers the dispatcher in its JVM. */
@Component(service = Dispatcher.class)
@SatisfyingConditionTarget("(osgi.condition.id=skep.worker)")
public final class RemoteDispatcher implements Dispatcher {

    private static final long FIRST_WORD_SECONDS = 5;

    private final Connections connections;
    private final KnownManagers managers;
    private final NodeCredentials credentials;
    private final ManagerChoice choice = new ManagerChoice(
            System::nanoTime, bound -> ThreadLocalRandom.current().nextInt(bound));
    private final ScheduledThreadPoolExecutor clock = clock();
    private final Set<RemoteSession> sessions = ConcurrentHashMap.newKeySet();
    private final NodeCredentials.Follower follower;
    private volatile boolean manager;
    private volatile Optional<NodeAddresses> addresses = Optional.empty();
    private volatile Optional<NodeFacts> facts = Optional.empty();
    private volatile Optional<Daemon> daemon = Optional.empty();

    @Activate
    public RemoteDispatcher(
            @Reference Connections connections,
            @Reference KnownManagers managers,
            @Reference NodeCredentials credentials) {
        this.connections = connections;
        this.managers = managers;
        this.credentials = credentials;
        this.manager = credentials.identity().manager();
        this.follower = credentials.follow(this::credentialsChanged);
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "agent-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setAddresses(NodeAddresses value) {
        addresses = Optional.of(value);
        if (manager) {
            renewSessions("this manager's address changed");
        }
    }

    void unsetAddresses(NodeAddresses value) {
        addresses = addresses.filter(present -> present != value);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setFacts(NodeFacts value) {
        facts = Optional.of(value);
    }

    void unsetFacts(NodeFacts value) {
        facts = facts.filter(present -> present != value);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setDaemon(Daemon value) {
        daemon = Optional.of(value);
    }

    void unsetDaemon(Daemon value) {
        daemon = daemon.filter(present -> present != value);
    }

    /** A node with another role says so with its new certificate, and at once. */
    private void credentialsChanged() {
        boolean now = credentials.identity().manager();
        if (now != manager) {
            manager = now;
            renewSessions(now ? "this node is a manager now" : "this node is a worker now");
        }
    }

    private void renewSessions(String why) {
        sessions.forEach(session -> session.renew(why));
    }

    @Override
    public WorkerSession open(String nodeId, NodeDescription description, SessionListener listener) {
        Manager target = choice.pick(managers.all(), nodeId)
                .orElseThrow(() -> SkepException.state("NO_LEADER", "no manager of the swarm is known", ""));
        RemoteSession[] self = new RemoteSession[1];
        RemoteSession session = new RemoteSession(
                "manager " + target.address(), connections.to(target.address()), headers(), clock, listener, why -> {
                    sessions.remove(self[0]);
                    why.ifPresent(reason -> ended(target, reason));
                });
        self[0] = session;
        sessions.add(session);
        try {
            session.open(description).get(FIRST_WORD_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw unreachable(target, Status.fromThrowable(e.getCause()));
        } catch (TimeoutException e) {
            Status silent = Status.DEADLINE_EXCEEDED.withDescription("no answer within " + FIRST_WORD_SECONDS + " s");
            session.end(silent);
            throw unreachable(target, silent);
        } catch (InterruptedException e) {
            session.close();
            Thread.currentThread().interrupt();
            throw unreachable(target, Status.CANCELLED.withDescription("interrupted"));
        }
        choice.worked(target.address());
        return session;
    }

    private Metadata headers() {
        Metadata headers = new Metadata();
        if (manager) {
            addresses.ifPresent(present -> headers.put(
                    SessionMetadata.MANAGER_ADDRESS, present.advertise().toString()));
        }
        return headers;
    }

    private static SkepException unreachable(Manager target, Status why) {
        return SkepException.state("UNREACHABLE", "manager " + target.address() + ": " + RemoteSession.text(why), "");
    }

    /** A manager that only ceased to lead can pass on what the next leader has to hear. */
    private void ended(Manager target, Status why) {
        switch (why.getCode()) {
            case ABORTED, CANCELLED -> {}
            case ALREADY_EXISTS -> daemon.ifPresent(present -> present.fail(RemoteSession.text(why)));
            case NOT_FOUND, PERMISSION_DENIED -> {
                choice.failed(target.address());
                facts.ifPresent(present -> present.refused(RemoteSession.text(why)));
            }
            default -> choice.failed(target.address());
        }
    }

    @Deactivate
    void close() throws InterruptedException {
        follower.close();
        sessions.forEach(RemoteSession::close);
        clock.shutdownNow();
        clock.awaitTermination(1, TimeUnit.SECONDS);
    }
}
