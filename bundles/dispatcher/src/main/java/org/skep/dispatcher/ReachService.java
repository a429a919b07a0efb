package org.skep.dispatcher;

import io.grpc.BindableService;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.skep.api.SkepException;
import org.skep.api.node.Roles;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ListenRequest;
import org.skep.protocol.reach.ReachGrpc;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Intake;
import org.skep.rpc.Exchange;

/** What is asked of nodes, and their answers, over gRPC. */
@Component(service = BindableService.class)
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.LEADER + ")")
public final class ReachService extends ReachGrpc.ReachImplBase {

    private final SessionDesk desk;
    private final Conversations conversations;

    @Activate
    public ReachService(@Reference LeaderDispatcher leader) {
        desk = leader.desk();
        conversations = leader.conversations();
    }

    @Override
    public void listen(ListenRequest request, StreamObserver<ReachRequest> answers) {
        try {
            String node = DispatcherService.caller();
            NodeSession session = desk.hear(node);
            ServerCallStreamObserver<ReachRequest> stream = (ServerCallStreamObserver<ReachRequest>) answers;
            StreamOutlet<ReachRequest> outlet = new StreamOutlet<>(stream);
            stream.setOnReadyHandler(() -> desk.flush(node));
            stream.setOnCancelHandler(() -> desk.listenNoMore(session, outlet));
            desk.listen(session, outlet);
        } catch (StatusRuntimeException e) {
            answers.onError(e);
        }
    }

    @Override
    public StreamObserver<FromNode> converse(StreamObserver<ToNode> answers) {
        String node = DispatcherService.caller();
        return Exchange.serve(answers, toNode -> new Introduced(node, toNode));
    }

    /** The first message says what it answers. */
    private final class Introduced implements Intake<FromNode> {
        private final String node;
        private final Intake<ToNode> toNode;
        private Intake<FromNode> conversation;

        Introduced(String node, Intake<ToNode> toNode) {
            this.node = node;
            this.toNode = toNode;
        }

        @Override
        public CompletionStage<Void> take(FromNode message) {
            if (conversation != null) {
                return conversation.take(message);
            }
            try {
                conversation = conversations.join(node, message.getRequestId(), toNode);
                return CompletableFuture.completedStage(null);
            } catch (SkepException e) {
                toNode.fail(e);
                return CompletableFuture.failedStage(e);
            }
        }

        @Override
        public void end() {
            if (conversation == null) {
                toNode.end();
            } else {
                conversation.end();
            }
        }

        @Override
        public void fail(RuntimeException why) {
            if (conversation != null) {
                conversation.fail(why);
            }
        }
    }
}
