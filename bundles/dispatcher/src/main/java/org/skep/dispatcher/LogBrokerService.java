package org.skep.dispatcher;

import io.grpc.BindableService;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.skep.api.node.Roles;
import org.skep.protocol.ListenSubscriptionsRequest;
import org.skep.protocol.LogBrokerGrpc;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.PublishLogsResponse;
import org.skep.protocol.SubscriptionMessage;

/** Who wants log lines, and the lines, over gRPC. */
@Component(service = BindableService.class)
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.LEADER + ")")
public final class LogBrokerService extends LogBrokerGrpc.LogBrokerImplBase {

    private final SessionDesk desk;
    private final LogSubscriptions logs;

    @Activate
    public LogBrokerService(@Reference LeaderDispatcher leader) {
        desk = leader.desk();
        logs = leader.logs();
    }

    @Override
    public void listenSubscriptions(ListenSubscriptionsRequest request, StreamObserver<SubscriptionMessage> answers) {
        try {
            String node = DispatcherService.caller();
            NodeSession session = desk.hear(node);
            ServerCallStreamObserver<SubscriptionMessage> stream =
                    (ServerCallStreamObserver<SubscriptionMessage>) answers;
            StreamOutlet<SubscriptionMessage> outlet = new StreamOutlet<>(stream);
            stream.setOnReadyHandler(() -> desk.flush(node));
            stream.setOnCancelHandler(() -> desk.subscribeNoMore(session, outlet));
            desk.subscribe(session, outlet);
        } catch (StatusRuntimeException e) {
            answers.onError(e);
        }
    }

    @Override
    public StreamObserver<PublishLogsMessage> publishLogs(StreamObserver<PublishLogsResponse> answers) {
        Publication publication = new Publication(
                DispatcherService.caller(), logs, (ServerCallStreamObserver<PublishLogsResponse>) answers);
        publication.begin();
        return publication;
    }

    /** The lines of one node for one reader. The next ones are asked for when the reader has taken those before. */
    private static final class Publication implements StreamObserver<PublishLogsMessage> {
        private final String node;
        private final LogSubscriptions logs;
        private final ServerCallStreamObserver<PublishLogsResponse> call;
        private String subscription = "";
        private boolean over;

        Publication(String node, LogSubscriptions logs, ServerCallStreamObserver<PublishLogsResponse> call) {
            this.node = node;
            this.logs = logs;
            this.call = call;
        }

        void begin() {
            call.disableAutoRequest();
            call.setOnCancelHandler(() -> {});
            call.request(1);
        }

        @Override
        public void onNext(PublishLogsMessage message) {
            if (subscription.isEmpty()) {
                subscription = message.getSubscriptionId();
            } else if (!subscription.equals(message.getSubscriptionId())) {
                refuse(Status.INVALID_ARGUMENT.withDescription("one stream carries the lines of one subscription"));
                return;
            }
            logs.publish(node, message).whenComplete((taken, failure) -> {
                if (failure != null) {
                    refuse(Answers.status(failure));
                } else if (message.getClose()) {
                    complete();
                } else {
                    call.request(1);
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            // The node is gone, or has nothing more to say: whoever reads hears of that by the node's session.
        }

        @Override
        public void onCompleted() {
            complete();
        }

        private synchronized void refuse(Status status) {
            if (!over) {
                over = true;
                call.onError(status.asRuntimeException());
            }
        }

        private synchronized void complete() {
            if (!over) {
                over = true;
                call.onNext(PublishLogsResponse.getDefaultInstance());
                call.onCompleted();
            }
        }
    }
}
