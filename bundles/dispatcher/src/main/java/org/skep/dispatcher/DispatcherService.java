package org.skep.dispatcher;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.skep.api.node.NodeIdentity;
import org.skep.api.node.Roles;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.AssignmentsRequest;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.HeartbeatRequest;
import org.skep.protocol.HeartbeatResponse;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SessionRequest;
import org.skep.protocol.UpdateTaskStatusRequest;
import org.skep.protocol.UpdateTaskStatusResponse;
import org.skep.protocol.UpdateVolumeStatusRequest;
import org.skep.protocol.UpdateVolumeStatusResponse;
import org.skep.rpc.Caller;

/** The worker sessions of other nodes, over gRPC. Who a node is says its certificate, never its request. */
@Component(service = BindableService.class)
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.LEADER + ")")
public final class DispatcherService implements BindableService, DispatcherGrpc.AsyncService {

    /** Heartbeats of many nodes are not to come all at once. */
    private static final double JITTER = 0.1;

    private static final int LARGEST_DESCRIPTION = 64 << 10;

    private final SessionDesk desk;
    private final StatusUpdates statuses;
    private final VolumeUpdates volumes;

    @Activate
    public DispatcherService(@Reference LeaderDispatcher leader) {
        desk = leader.desk();
        statuses = leader.statuses();
        volumes = leader.volumes();
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(DispatcherGrpc.bindService(this), new SessionHeaders());
    }

    @Override
    public void session(SessionRequest request, StreamObserver<SessionMessage> answers) {
        answer(answers, () -> {
            String node = caller();
            checkSize(node, request.getDescription());
            StreamOutlet<SessionMessage> outlet = outlet(answers, node);
            stream(answers).setOnCancelHandler(() -> desk.leave(node, outlet));
            desk.enter(
                    node,
                    request.getSessionId(),
                    request.getDescription(),
                    SessionHeaders.origin(Caller.current()),
                    outlet);
        });
    }

    /** Every manager keeps it, and every change of it travels to all of them. */
    private static void checkSize(String node, NodeDescription description) {
        int size = description.getSerializedSize();
        if (size > LARGEST_DESCRIPTION) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("node " + node + " describes itself in " + size + " bytes, more than the "
                            + LARGEST_DESCRIPTION + " that are taken")
                    .asRuntimeException();
        }
    }

    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> answers) {
        answer(answers, () -> {
            if (SessionHeaders.farewell() != Farewell.NONE) {
                desk.goodbye(caller(), request.getSessionId(), SessionHeaders.farewell());
            }
            desk.hear(caller(), request.getSessionId());
            Duration period = desk.period();
            double factor = ThreadLocalRandom.current().nextDouble(1 - JITTER, 1 + JITTER);
            Duration jittered = Duration.ofNanos((long) (period.toNanos() * factor));
            answers.onNext(HeartbeatResponse.newBuilder()
                    .setPeriod(com.google.protobuf.Duration.newBuilder()
                            .setSeconds(jittered.getSeconds())
                            .setNanos(jittered.getNano()))
                    .build());
            answers.onCompleted();
        });
    }

    @Override
    public void assignments(AssignmentsRequest request, StreamObserver<AssignmentsMessage> answers) {
        answer(answers, () -> {
            String node = caller();
            NodeSession session = desk.hear(node, request.getSessionId());
            StreamOutlet<AssignmentsMessage> outlet = outlet(answers, node);
            stream(answers).setOnCancelHandler(() -> desk.assignNoMore(session, outlet));
            desk.assign(session, outlet);
        });
    }

    @Override
    public void updateTaskStatus(UpdateTaskStatusRequest request, StreamObserver<UpdateTaskStatusResponse> answers) {
        answer(answers, () -> {
            String node = caller();
            desk.hear(node, request.getSessionId());
            statuses.add(node, request.getUpdatesList())
                    .whenComplete((done, failure) ->
                            Answers.complete(answers, UpdateTaskStatusResponse.getDefaultInstance(), failure));
        });
    }

    @Override
    public void updateVolumeStatus(
            UpdateVolumeStatusRequest request, StreamObserver<UpdateVolumeStatusResponse> answers) {
        answer(answers, () -> {
            String node = caller();
            desk.hear(node, request.getSessionId());
            volumes.add(node, request.getUpdatesList())
                    .whenComplete((done, failure) ->
                            Answers.complete(answers, UpdateVolumeStatusResponse.getDefaultInstance(), failure));
        });
    }

    private static void answer(StreamObserver<?> answers, Runnable work) {
        try {
            work.run();
        } catch (StatusRuntimeException e) {
            answers.onError(e);
        }
    }

    private <T> StreamOutlet<T> outlet(StreamObserver<T> answers, String node) {
        ServerCallStreamObserver<T> stream = stream(answers);
        stream.setOnReadyHandler(() -> desk.flush(node));
        return new StreamOutlet<>(stream);
    }

    private static <T> ServerCallStreamObserver<T> stream(StreamObserver<T> answers) {
        return (ServerCallStreamObserver<T>) answers;
    }

    static String caller() {
        return Caller.current().identity().map(NodeIdentity::nodeId).orElseThrow(() -> Status.PERMISSION_DENIED
                .withDescription("only nodes of this swarm have sessions")
                .asRuntimeException());
    }
}
