package org.skep.dispatcher;

import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.skep.api.node.Roles;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.session.Dispatcher;
import org.skep.protocol.session.LogBroker;
import org.skep.protocol.session.SessionListener;
import org.skep.protocol.session.WorkerSession;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loops;
import org.skep.store.loop.StoreLoop;

/** The leader's end of the worker sessions of this JVM, and of the log subscriptions that travel on them. */
@Component(service = {Dispatcher.class, LogBroker.class})
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.LEADER + ")")
public final class LeaderDispatcher implements Dispatcher, LogBroker {

    private final Loop loop;
    private final LogSubscriptions logs;
    private final Sessions sessions;
    private final StatusUpdates statuses;
    private final StoreLoop changes;

    @Activate
    public LeaderDispatcher(@Reference Store store, @Reference Loops loops, @Reference SwarmMembership membership) {
        loop = loops.open("skep-dispatcher");
        logs = new LogSubscriptions(store, loop);
        statuses = new StatusUpdates(store, loop, membership.nodeId());
        sessions = new Sessions(store, logs);
        changes = new StoreLoop(
                loop,
                store,
                EnumSet.of(Kind.TASK, Kind.NODE, Kind.CLUSTER, Kind.CONFIG, Kind.SECRET, Kind.SERVICE),
                sessions);
    }

    @Override
    public WorkerSession open(String nodeId, NodeDescription description, SessionListener listener) {
        NodeSession session = new NodeSession(nodeId, listener);
        loop.execute(() -> sessions.open(session, description));
        return new LocalWorkerSession(session, loop, sessions, statuses, logs);
    }

    @Override
    public LogBroker.Subscription subscribe(
            LogSelector selector,
            LogSubscriptionOptions options,
            Consumer<LogMessage> lines,
            Consumer<List<String>> end) {
        return logs.subscribe(selector, options, lines, end);
    }

    @Deactivate
    void close() {
        changes.close();
        loop.close();
        statuses.close();
        logs.close();
        sessions.close("the manager no longer leads");
    }
}
