package org.skep.dispatcher;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.osgi.service.condition.Condition;
import org.skep.api.node.DaemonInstance;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.Roles;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Dispatcher;
import org.skep.protocol.session.Intake;
import org.skep.protocol.session.LogBroker;
import org.skep.protocol.session.ReachBroker;
import org.skep.protocol.session.SessionListener;
import org.skep.protocol.session.WorkerSession;
import org.skep.store.Consensus;
import org.skep.store.Consensus.Member;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loops;
import org.skep.store.loop.StoreLoop;

/**
 * The leader's end of the worker sessions, and of what else travels on them: log subscriptions, and
 * questions about tasks. The leader's own node prefers
 * it to any connection.
 */
@Component(service = {Dispatcher.class, LogBroker.class, ReachBroker.class, LeaderDispatcher.class})
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.LEADER + ")")
@ServiceRanking(100)
public final class LeaderDispatcher implements Dispatcher, LogBroker, ReachBroker {

    private final Loop loop;
    private final TcpProbe probe = new TcpProbe();
    private final LogSubscriptions logs;
    private final Sessions sessions;
    private final StatusUpdates statuses;
    private final VolumeUpdates volumes;
    private final StoreLoop changes;
    private final SessionDesk desk;
    private final Conversations conversations;
    private final AtomicReference<NodeSession> own = new AtomicReference<>();
    private volatile Optional<NodeAddresses> addresses = Optional.empty();
    private volatile Optional<Consensus> consensus = Optional.empty();
    private volatile String instance = "";

    @Activate
    public LeaderDispatcher(@Reference Store store, @Reference Loops loops, @Reference SwarmMembership membership) {
        this(store, loops, membership, Optional.empty());
    }

    LeaderDispatcher(Store store, Loops loops, SwarmMembership membership, Optional<HostProbe> hosts) {
        loop = loops.open("skep-dispatcher");
        logs = new LogSubscriptions(store, loop);
        statuses = new StatusUpdates(store, loop, membership.nodeId());
        volumes = new VolumeUpdates(store);
        sessions = new Sessions(store, logs, hosts.orElse(probe), this::managers);
        desk = new SessionDesk(loop, store, sessions, logs);
        conversations = new Conversations(store, loop, sessions);
        changes = new StoreLoop(
                loop,
                store,
                EnumSet.of(Kind.TASK, Kind.NODE, Kind.CLUSTER, Kind.CONFIG, Kind.SECRET, Kind.SERVICE),
                sessions);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setConsensus(Consensus value) {
        consensus = Optional.of(value);
    }

    void unsetConsensus(Consensus value) {
        consensus = consensus.filter(present -> present != value);
    }

    private List<Member> managers() {
        return consensus.map(present -> present.status().members()).orElse(List.of());
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setInstance(DaemonInstance value) {
        instance = value.id();
    }

    void unsetInstance(DaemonInstance value) {
        // The daemon that has gone was this one.
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setAddresses(NodeAddresses value) {
        addresses = Optional.of(value);
        NodeSession session = own.get();
        if (session != null) {
            loop.execute(() -> sessions.describe(session, session.description(), here()));
        }
    }

    void unsetAddresses(NodeAddresses value) {
        addresses = addresses.filter(present -> present != value);
    }

    private Origin here() {
        return new Origin(
                instance,
                addresses.map(present -> present.advertise().host()).orElse(""),
                addresses.map(present -> present.advertise().toString()).orElse(""),
                true);
    }

    /** For nodes elsewhere. */
    SessionDesk desk() {
        return desk;
    }

    StatusUpdates statuses() {
        return statuses;
    }

    VolumeUpdates volumes() {
        return volumes;
    }

    LogSubscriptions logs() {
        return logs;
    }

    Conversations conversations() {
        return conversations;
    }

    @Override
    public WorkerSession open(String nodeId, NodeDescription description, SessionListener listener) {
        NodeSession session = new NodeSession(
                nodeId,
                here(),
                description,
                new LocalOutlet<SessionMessage>(listener::session, ending -> listener.closed(ending.reason())),
                loop.now());
        session.assignThrough(new LocalOutlet<AssignmentsMessage>(listener::assignments, ending -> {}));
        session.subscribeThrough(new LocalOutlet<SubscriptionMessage>(listener::subscription, ending -> {}));
        session.listenThrough(new LocalOutlet<ReachRequest>(listener::reach, ending -> {}));
        own.set(session);
        loop.execute(() -> sessions.open(session));
        return new LocalWorkerSession(session, loop, sessions, statuses, logs, conversations);
    }

    @Override
    public Intake<ToNode> ask(String nodeId, ReachRequest request, Intake<FromNode> answers) {
        return conversations.ask(nodeId, request, answers);
    }

    @Override
    public LogBroker.Subscription subscribe(
            LogSelector selector,
            LogSubscriptionOptions options,
            Consumer<LogMessage> lines,
            Consumer<String> warnings,
            Consumer<List<String>> end) {
        return logs.subscribe(selector, options, lines, warnings, end);
    }

    @Deactivate
    void close() throws InterruptedException {
        changes.close();
        loop.close();
        probe.close();
        statuses.close();
        sessions.close();
        conversations.close();
        logs.close();
    }
}
