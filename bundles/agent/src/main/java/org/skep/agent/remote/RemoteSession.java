package org.skep.agent.remote;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.AssignmentsRequest;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.DispatcherGrpc.DispatcherStub;
import org.skep.protocol.ListenSubscriptionsRequest;
import org.skep.protocol.LogBrokerGrpc;
import org.skep.protocol.LogBrokerGrpc.LogBrokerStub;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SessionRequest;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.reach.FromNode;
import org.skep.protocol.reach.ListenRequest;
import org.skep.protocol.reach.ReachGrpc;
import org.skep.protocol.reach.ReachRequest;
import org.skep.protocol.reach.ToNode;
import org.skep.protocol.session.Intake;
import org.skep.protocol.session.SessionListener;
import org.skep.protocol.session.WorkerSession;
import org.skep.rpc.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session with one manager: a stream of facts, one of assignments, one of log subscriptions, one of what else it asks, and
 * heartbeats. When any of them fails, or does not answer in time, the session is over.
 */
final class RemoteSession implements WorkerSession {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteSession.class);

    private final String manager;
    private final DispatcherStub dispatcher;
    private final LogBrokerStub broker;
    private final Channel channel;
    private final ScheduledExecutorService clock;
    private final SessionListener listener;
    private final Consumer<Optional<Status>> ended;
    private final LogStreams logs;
    private final StatusCalls statuses;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();

    // Guarded by this, as are the calls of the listener.
    private final Set<Call<?, ?>> calls = new HashSet<>();
    private SessionCall facts;
    private final List<SessionCall> replaced = new ArrayList<>();
    private String id = "";
    private Optional<Heartbeat> heartbeat = Optional.empty();
    private boolean closed;

    /**
     * @param manager which one, for the log
     * @param headers for every call
     * @param ended told once that the session is over, and why unless it was closed
     */
    RemoteSession(
            String manager,
            Channel channel,
            Metadata headers,
            ScheduledExecutorService clock,
            SessionListener listener,
            Consumer<Optional<Status>> ended) {
        this.manager = manager;
        this.dispatcher = DispatcherGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withMaxInboundMessageSize(Integer.MAX_VALUE);
        this.broker = LogBrokerGrpc.newStub(channel);
        this.channel = channel;
        this.clock = clock;
        this.listener = listener;
        this.ended = ended;
        this.logs = new LogStreams(broker);
        this.statuses = new StatusCalls(dispatcher);
    }

    /** @return completes with the manager's first word; fails with a {@link StatusRuntimeException} */
    CompletableFuture<Void> open(NodeDescription description) {
        describe(description);
        return opened;
    }

    /** Another call with the same session replaces the one before once it is answered. */
    @Override
    public void describe(NodeDescription description) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (facts != null) {
                calls.remove(facts);
                replaced.add(facts);
            }
            facts = new SessionCall();
            dispatcher.session(
                    SessionRequest.newBuilder()
                            .setDescription(description)
                            .setSessionId(id)
                            .build(),
                    facts);
        }
    }

    /** The first facts have come. */
    private void begin() {
        heartbeat = Optional.of(new Heartbeat(dispatcher, id, clock, why -> end(sessionLost(why))));
        heartbeat.get().beat();
        assign();
        broker.listenSubscriptions(ListenSubscriptionsRequest.getDefaultInstance(), new SubscriptionsCall());
        ReachGrpc.newStub(channel).listen(ListenRequest.getDefaultInstance(), new QuestionsCall());
        opened.complete(null);
    }

    private void assign() {
        dispatcher.assignments(AssignmentsRequest.newBuilder().setSessionId(id).build(), new AssignmentsCall());
    }

    @Override
    public CompletionStage<Void> updateTaskStatus(List<TaskStatusUpdate> updates) {
        String session;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedStage(over());
            }
            session = id;
        }
        return statuses.send(session, updates);
    }

    @Override
    public CompletionStage<Void> publishLogs(PublishLogsMessage message) {
        return logs.publish(message);
    }

    @Override
    public Intake<FromNode> converse(String requestId, Intake<ToNode> more) {
        Intake<FromNode> answers = Exchange.call(channel, ReachGrpc.getConverseMethod(), CallOptions.DEFAULT, more);
        answers.take(FromNode.newBuilder().setRequestId(requestId).build());
        return answers;
    }

    private static StatusRuntimeException over() {
        return Status.CANCELLED.withDescription("the session is over").asRuntimeException();
    }

    @Override
    public void sayGoodbye(boolean forGood) {
        synchronized (this) {
            if (!closed) {
                heartbeat.ifPresent(present -> present.sayGoodbye(forGood));
            }
        }
    }

    /** Ends the session from outside; unlike {@link #close} its holder hears of it. */
    void end(Status why) {
        synchronized (this) {
            if (closed) {
                return;
            }
            shut();
            // First of all, so that the next attempt knows.
            ended.accept(Optional.of(why));
            if (!opened.completeExceptionally(why.asRuntimeException())) {
                listener.closed(text(why));
            }
        }
    }

    /** Ends the session, or the attempt at one, because this node is not what it said it was. */
    void renew(String why) {
        leave(() -> listener.renewed(why));
    }

    @Override
    public void close() {
        leave(() -> {});
    }

    private synchronized void leave(Runnable tell) {
        if (closed) {
            return;
        }
        shut();
        ended.accept(Optional.empty());
        tell.run();
        opened.completeExceptionally(over());
    }

    @Override
    public String toString() {
        return manager;
    }

    private void shut() {
        closed = true;
        heartbeat.ifPresent(Heartbeat::stop);
        logs.close();
        replaced.forEach(Call::cancel);
        List.copyOf(calls).forEach(Call::cancel);
    }

    /** In one line, for people. */
    static String text(Status status) {
        String description = status.getDescription();
        return description == null || description.isBlank()
                ? status.getCode().toString()
                : description.strip().lines().findFirst().orElseThrow();
    }

    /**
     * Whom a manager does not find, or does not let in, in another call, it may well take in again, or another may: only as
     * a session begins it is final.
     */
    private static Status sessionLost(Status status) {
        return switch (status.getCode()) {
            case NOT_FOUND -> Status.ABORTED.withDescription(status.getDescription());
            case PERMISSION_DENIED -> Status.UNAVAILABLE.withDescription(status.getDescription());
            default -> status;
        };
    }

    /** A call that lasts as long as the session. */
    private abstract class Call<Q, A> implements ClientResponseObserver<Q, A> {
        private ClientCallStreamObserver<Q> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> stream) {
            call = stream;
            synchronized (RemoteSession.this) {
                calls.add(this);
            }
        }

        void cancel() {
            calls.remove(this);
            call.cancel("not needed any more", null);
        }

        /** Whether what comes on this call still matters. Called with the lock held. */
        boolean matters() {
            return !closed && calls.contains(this);
        }

        abstract void heard(A message);

        @Override
        public void onNext(A message) {
            synchronized (RemoteSession.this) {
                if (matters()) {
                    heard(message);
                }
            }
        }

        @Override
        public void onError(Throwable failure) {
            synchronized (RemoteSession.this) {
                if (!matters()) {
                    return;
                }
                calls.remove(this);
            }
            end(reason(failure));
        }

        Status reason(Throwable failure) {
            return sessionLost(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            onError(Status.ABORTED
                    .withDescription("the manager ended the session")
                    .asRuntimeException());
        }
    }

    private final class SessionCall extends Call<SessionRequest, SessionMessage> {
        @Override
        void heard(SessionMessage message) {
            boolean first = id.isEmpty();
            if (!first && !message.getSessionId().equals(id)) {
                onError(Status.ABORTED
                        .withDescription("the manager has forgotten the session")
                        .asRuntimeException());
                return;
            }
            id = message.getSessionId();
            replaced.forEach(Call::cancel);
            replaced.clear();
            listener.session(message);
            if (first) {
                begin();
            }
        }

        @Override
        Status reason(Throwable failure) {
            return Status.fromThrowable(failure);
        }
    }

    private final class AssignmentsCall extends Call<AssignmentsRequest, AssignmentsMessage> {
        private String known = "";

        @Override
        void heard(AssignmentsMessage message) {
            if (!message.getAppliesTo().equals(known)) {
                LOG.warn("an assignment is missing between {} and {}: asking for all", known, message.getAppliesTo());
                cancel();
                assign();
                return;
            }
            known = message.getResultsIn();
            listener.assignments(message);
        }
    }

    /** Other managers than ours ask nothing. */
    private final class QuestionsCall extends Call<ListenRequest, ReachRequest> {
        @Override
        void heard(ReachRequest request) {
            listener.reach(request);
        }

        @Override
        public void onError(Throwable failure) {
            if (Status.fromThrowable(failure).getCode() != Status.Code.UNIMPLEMENTED) {
                super.onError(failure);
            }
        }
    }

    private final class SubscriptionsCall extends Call<ListenSubscriptionsRequest, SubscriptionMessage> {
        @Override
        void heard(SubscriptionMessage message) {
            if (message.getClose()) {
                logs.end(message.getId());
            }
            listener.subscription(message);
        }

        @Override
        public void onError(Throwable failure) {
            if (Status.fromThrowable(failure).getCode() != Status.Code.UNIMPLEMENTED) {
                super.onError(failure);
            }
        }
    }
}
