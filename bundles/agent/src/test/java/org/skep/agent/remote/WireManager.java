package org.skep.agent.remote;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.AssignmentsRequest;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.HeartbeatRequest;
import org.skep.protocol.HeartbeatResponse;
import org.skep.protocol.ListenSubscriptionsRequest;
import org.skep.protocol.LogBrokerGrpc;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.PublishLogsResponse;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SessionRequest;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.UpdateTaskStatusRequest;
import org.skep.protocol.UpdateTaskStatusResponse;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ListenRequest;
import org.skep.protocol.reach.ReachGrpc;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.SessionMetadata;

/** A manager on a wire without network, which does what a test says. */
final class WireManager implements AutoCloseable {

    final List<SessionRequest> sessions = new CopyOnWriteArrayList<>();
    final List<StreamObserver<SessionMessage>> facts = new CopyOnWriteArrayList<>();
    final List<StreamObserver<AssignmentsMessage>> assignments = new CopyOnWriteArrayList<>();
    final List<StreamObserver<SubscriptionMessage>> subscriptions = new CopyOnWriteArrayList<>();
    final List<HeartbeatRequest> beats = new CopyOnWriteArrayList<>();
    final List<UpdateTaskStatusRequest> statuses = new CopyOnWriteArrayList<>();
    final List<PublishLogsMessage> logs = new CopyOnWriteArrayList<>();
    final List<ServerCallStreamObserver<PublishLogsResponse>> publications = new CopyOnWriteArrayList<>();
    final List<String> managerAddresses = new CopyOnWriteArrayList<>();
    final List<StreamObserver<ReachRequest>> questions = new CopyOnWriteArrayList<>();
    final List<FromNode> answers = new CopyOnWriteArrayList<>();
    volatile Optional<Status> refusal = Optional.empty();
    volatile Optional<Status> beatRefusal = Optional.empty();
    volatile boolean frozen;
    volatile boolean silentReader;
    volatile boolean withoutLogs;
    volatile boolean withoutQuestions;

    private final Server server;
    private final ManagedChannel channel;

    WireManager() {
        String name = InProcessServerBuilder.generateName();
        try {
            server = InProcessServerBuilder.forName(name)
                    .addService(new Sessions())
                    .addService(new Logs())
                    .addService(new Questions())
                    .intercept(new Headers())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = InProcessChannelBuilder.forName(name).build();
    }

    Channel channel() {
        return channel;
    }

    /** It is gone; calls fail. */
    @Override
    public void close() {
        server.shutdownNow();
        channel.shutdownNow();
    }

    void say(AssignmentsMessage.Type type, String appliesTo, String resultsIn) {
        assignments
                .get(assignments.size() - 1)
                .onNext(AssignmentsMessage.newBuilder()
                        .setType(type)
                        .setAppliesTo(appliesTo)
                        .setResultsIn(resultsIn)
                        .build());
    }

    private final class Sessions extends DispatcherGrpc.DispatcherImplBase {
        @Override
        public void session(SessionRequest request, StreamObserver<SessionMessage> answers) {
            sessions.add(request);
            if (refusal.isPresent()) {
                answers.onError(refusal.get().asRuntimeException());
                return;
            }
            ((ServerCallStreamObserver<SessionMessage>) answers).setOnCancelHandler(() -> {});
            facts.add(answers);
            answers.onNext(SessionMessage.newBuilder().setSessionId("s1").build());
        }

        @Override
        public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> answers) {
            beats.add(request);
            if (frozen) {
                return;
            }
            if (beatRefusal.isPresent()) {
                answers.onError(beatRefusal.get().asRuntimeException());
                return;
            }
            answers.onNext(HeartbeatResponse.newBuilder()
                    .setPeriod(com.google.protobuf.Duration.newBuilder().setSeconds(1))
                    .build());
            answers.onCompleted();
        }

        @Override
        public void assignments(AssignmentsRequest request, StreamObserver<AssignmentsMessage> answers) {
            ((ServerCallStreamObserver<AssignmentsMessage>) answers).setOnCancelHandler(() -> {});
            assignments.add(answers);
            say(AssignmentsMessage.Type.COMPLETE, "", "1");
        }

        @Override
        public void updateTaskStatus(
                UpdateTaskStatusRequest request, StreamObserver<UpdateTaskStatusResponse> answers) {
            statuses.add(request);
            answers.onNext(UpdateTaskStatusResponse.getDefaultInstance());
            answers.onCompleted();
        }
    }

    private final class Logs extends LogBrokerGrpc.LogBrokerImplBase {
        @Override
        public void listenSubscriptions(
                ListenSubscriptionsRequest request, StreamObserver<SubscriptionMessage> answers) {
            if (withoutLogs) {
                super.listenSubscriptions(request, answers);
                return;
            }
            ((ServerCallStreamObserver<SubscriptionMessage>) answers).setOnCancelHandler(() -> {});
            subscriptions.add(answers);
        }

        @Override
        public StreamObserver<PublishLogsMessage> publishLogs(StreamObserver<PublishLogsResponse> answers) {
            ServerCallStreamObserver<PublishLogsResponse> call =
                    (ServerCallStreamObserver<PublishLogsResponse>) answers;
            call.setOnCancelHandler(() -> {});
            publications.add(call);
            if (silentReader) {
                call.disableAutoRequest();
            }
            return new StreamObserver<>() {
                @Override
                public void onNext(PublishLogsMessage message) {
                    logs.add(message);
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    answers.onNext(PublishLogsResponse.getDefaultInstance());
                    answers.onCompleted();
                }
            };
        }
    }

    private final class Questions extends ReachGrpc.ReachImplBase {
        @Override
        public void listen(ListenRequest request, StreamObserver<ReachRequest> asked) {
            if (withoutQuestions) {
                super.listen(request, asked);
                return;
            }
            ((ServerCallStreamObserver<ReachRequest>) asked).setOnCancelHandler(() -> {});
            questions.add(asked);
        }

        @Override
        public StreamObserver<FromNode> converse(StreamObserver<ToNode> more) {
            return new StreamObserver<>() {
                @Override
                public void onNext(FromNode message) {
                    answers.add(message);
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    more.onCompleted();
                }
            };
        }
    }

    private final class Headers implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            if (headers.containsKey(SessionMetadata.MANAGER_ADDRESS)) {
                managerAddresses.add(headers.get(SessionMetadata.MANAGER_ADDRESS));
            }
            return next.startCall(call, headers);
        }
    }
}
