package org.skep.agent.remote;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.AssignmentsRequest;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.DispatcherGrpc.DispatcherStub;
import org.skep.protocol.HeartbeatRequest;
import org.skep.protocol.HeartbeatResponse;
import org.skep.protocol.ListenSubscriptionsRequest;
import org.skep.protocol.LogBrokerGrpc;
import org.skep.protocol.LogBrokerGrpc.LogBrokerStub;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SessionRequest;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateTaskStatusRequest;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.UpdateTaskStatusResponse;
import org.skep.protocol.session.Pulse;
import org.skep.protocol.session.SessionListener;
import org.skep.protocol.session.WorkerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session with one manager: a stream of facts, one of assignments, one of log subscriptions, and heartbeats. When any of
 * them fails, or does not answer in time, the session is over.
 */
final class RemoteSession implements WorkerSession {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteSession.class);

    private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(5);

    /** A manager commits a status before it answers, which takes what its slowest disk takes. */
    private static final Duration STATUS_PATIENCE = Duration.ofSeconds(30);

    private static final Metadata.Key<String> GOODBYE =
            Metadata.Key.of("skep-goodbye", Metadata.ASCII_STRING_MARSHALLER);
    private static final Duration GOODBYE_PATIENCE = Duration.ofSeconds(1);

    /** So many statuses are well below what a manager receives in one message. */
    private static final int STATUSES = 1_000;

    private final String manager;
    private final DispatcherStub dispatcher;
    private final LogBrokerStub broker;
    private final ScheduledExecutorService clock;
    private final SessionListener listener;
    private final Consumer<Optional<Status>> ended;
    private final LogStreams logs;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();

    // Guarded by this, as are the calls of the listener.
    private final Set<Call<?, ?>> calls = new HashSet<>();
    private SessionCall facts;
    private final List<SessionCall> replaced = new ArrayList<>();
    private String id = "";
    private Duration period = DEFAULT_PERIOD;
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
        this.clock = clock;
        this.listener = listener;
        this.ended = ended;
        this.logs = new LogStreams(broker);
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
        beat();
        assign();
        broker.listenSubscriptions(ListenSubscriptionsRequest.getDefaultInstance(), new SubscriptionsCall());
        opened.complete(null);
    }

    private void assign() {
        dispatcher.assignments(AssignmentsRequest.newBuilder().setSessionId(id).build(), new AssignmentsCall());
    }

    private void beat() {
        Duration patience = Pulse.of(period).multipliedBy(3);
        dispatcher
                .withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS)
                .heartbeat(HeartbeatRequest.newBuilder().setSessionId(id).build(), new Beat());
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
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (int from = 0; from < updates.size(); from += STATUSES) {
            Stored stored = new Stored();
            parts.add(stored.done);
            dispatcher
                    .withDeadlineAfter(STATUS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .updateTaskStatus(
                            UpdateTaskStatusRequest.newBuilder()
                                    .setSessionId(session)
                                    .addAllUpdates(updates.subList(from, Math.min(from + STATUSES, updates.size())))
                                    .build(),
                            stored);
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletionStage<Void> publishLogs(PublishLogsMessage message) {
        return logs.publish(message);
    }

    private static StatusRuntimeException over() {
        return Status.CANCELLED.withDescription("the session is over").asRuntimeException();
    }

    @Override
    public void sayGoodbye(boolean forGood) {
        Metadata headers = new Metadata();
        headers.put(GOODBYE, forGood ? "leave" : "stop");
        synchronized (this) {
            if (!closed) {
                dispatcher
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .withDeadlineAfter(GOODBYE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .heartbeat(
                                HeartbeatRequest.newBuilder().setSessionId(id).build(), new Unheeded());
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

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            shut();
            ended.accept(Optional.empty());
            opened.completeExceptionally(over());
        }
    }

    @Override
    public String toString() {
        return manager;
    }

    private void shut() {
        closed = true;
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

    /** Whom a manager does not find in another call, it may well take in again; only as a session begins it is final. */
    private static Status sessionLost(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        return status.getCode() == Status.Code.NOT_FOUND
                ? Status.ABORTED.withDescription(status.getDescription())
                : status;
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
            return sessionLost(failure);
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

    private final class Beat implements StreamObserver<HeartbeatResponse> {
        @Override
        public void onNext(HeartbeatResponse answer) {
            synchronized (RemoteSession.this) {
                Duration asked = Times.duration(answer.getPeriod());
                period = asked.isZero() || asked.isNegative() ? DEFAULT_PERIOD : asked;
            }
        }

        @Override
        public void onError(Throwable failure) {
            Status status = sessionLost(failure);
            end(
                    status.getCode() == Status.Code.DEADLINE_EXCEEDED
                            ? status.withDescription("the manager does not answer")
                            : status);
        }

        @Override
        public void onCompleted() {
            synchronized (RemoteSession.this) {
                if (!closed && !clock.isShutdown()) {
                    clock.schedule(this::again, Pulse.of(period).toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }

        private void again() {
            synchronized (RemoteSession.this) {
                if (!closed) {
                    beat();
                }
            }
        }
    }

    private static final class Stored implements StreamObserver<UpdateTaskStatusResponse> {
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        @Override
        public void onNext(UpdateTaskStatusResponse answer) {
            // The end of the call is what counts.
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            done.complete(null);
        }
    }

    /** The answer comes when nobody is there any more. */
    private static final class Unheeded implements StreamObserver<HeartbeatResponse> {
        @Override
        public void onNext(HeartbeatResponse answer) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
