package org.skep.protocol.session;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ToNode;

/** The worker's end of an open session. All methods may be called from any thread and do not block. */
public interface WorkerSession extends AutoCloseable {

    /** Replaces what the manager knows of this node. */
    void describe(NodeDescription description);

    /**
     * Reports states of tasks.
     *
     * @return completes once the manager has stored them; fails when the session is over
     */
    CompletionStage<Void> updateTaskStatus(List<TaskStatusUpdate> updates);

    /** Sends log lines to a subscriber. A message with {@code close} set ends this node's part. */
    CompletionStage<Void> publishLogs(PublishLogsMessage message);

    /**
     * Begins to answer what the manager asks.
     *
     * @param requestId of what was asked
     * @param more what the manager goes on to say; ends or fails when it wants no more answers
     * @return where the answers go; the first one names the request
     */
    Intake<FromNode> converse(String requestId, Intake<ToNode> more);

    /**
     * Says, as far as that is still possible, why the session is about to be closed.
     *
     * @param forGood the node leaves the swarm; else its daemon stops in order, and its tasks run on until it is back
     */
    void sayGoodbye(boolean forGood);

    /** Ends the session; the listener hears nothing more. */
    @Override
    void close();
}
