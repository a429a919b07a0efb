package org.skep.dispatcher;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.skep.api.SkepException;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Intake;
import org.skep.protocol.session.WorkerSession;
import org.skep.store.loop.Loop;

/** The worker's end of a session within this JVM. */
final class LocalWorkerSession implements WorkerSession {

    private final NodeSession session;
    private final Loop loop;
    private final Sessions sessions;
    private final StatusUpdates statuses;
    private final LogSubscriptions logs;
    private final Conversations conversations;

    LocalWorkerSession(
            NodeSession session,
            Loop loop,
            Sessions sessions,
            StatusUpdates statuses,
            LogSubscriptions logs,
            Conversations conversations) {
        this.session = session;
        this.loop = loop;
        this.sessions = sessions;
        this.statuses = statuses;
        this.logs = logs;
        this.conversations = conversations;
    }

    @Override
    public void describe(NodeDescription description) {
        loop.execute(() -> sessions.describe(session, description, session.origin()));
    }

    @Override
    public CompletionStage<Void> updateTaskStatus(List<TaskStatusUpdate> updates) {
        return session.isOpen() ? statuses.add(session.nodeId(), updates) : over();
    }

    @Override
    public CompletionStage<Void> publishLogs(PublishLogsMessage message) {
        return session.isOpen() ? logs.publish(session.nodeId(), message) : over();
    }

    @Override
    public Intake<FromNode> converse(String requestId, Intake<ToNode> more) {
        return conversations.join(session.nodeId(), requestId, more);
    }

    private static CompletionStage<Void> over() {
        return CompletableFuture.failedStage(SkepException.state("SESSION_OVER", "the session is over", ""));
    }

    @Override
    public void sayGoodbye(boolean forGood) {
        loop.execute(() -> session.bids(forGood ? Farewell.LEAVES : Farewell.STOPS));
    }

    @Override
    public void close() {
        session.abandon();
        loop.execute(() -> sessions.left(session));
    }

    @Override
    public String toString() {
        return "the leader on this node";
    }
}
