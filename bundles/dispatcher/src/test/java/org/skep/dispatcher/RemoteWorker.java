package org.skep.dispatcher;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.AssignmentsRequest;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.HeartbeatRequest;
import org.skep.protocol.HeartbeatResponse;
import org.skep.protocol.ListenSubscriptionsRequest;
import org.skep.protocol.LogBrokerGrpc;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.SessionRequest;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.UpdateTaskStatusRequest;
import org.skep.protocol.UpdateTaskStatusRequest.TaskStatusUpdate;
import org.skep.protocol.UpdateTaskStatusResponse;
import org.skep.protocol.session.SessionMetadata;
import org.skep.store.testing.ManualLoops;

/** A node that speaks the protocol call by call, as right or wrong as a test wants it. */
final class RemoteWorker {

    final Answer<SessionRequest, SessionMessage> session = Answer.prompt();
    private final ManualLoops loops;
    private final Channel channel;

    private RemoteWorker(ManualLoops loops, Channel channel) {
        this.loops = loops;
        this.channel = channel;
    }

    static RemoteWorker open(ManualLoops loops, Channel channel) {
        RemoteWorker worker = new RemoteWorker(loops, channel);
        worker.request("", FakeWorker.DESCRIPTION, worker.session);
        return worker;
    }

    /** Describes itself in the same session, or what it takes for the same. */
    Answer<SessionRequest, SessionMessage> describe(NodeDescription description) {
        Answer<SessionRequest, SessionMessage> answer = Answer.prompt();
        request(id(), description, answer);
        return answer;
    }

    private void request(String id, NodeDescription description, Answer<SessionRequest, SessionMessage> answer) {
        DispatcherGrpc.newStub(channel)
                .session(
                        SessionRequest.newBuilder()
                                .setSessionId(id)
                                .setDescription(description)
                                .build(),
                        answer);
        loops.settle();
    }

    String id() {
        return session.messages.get(0).getSessionId();
    }

    Answer<HeartbeatRequest, HeartbeatResponse> beat() {
        return beat(id());
    }

    Answer<HeartbeatRequest, HeartbeatResponse> beat(String id) {
        Answer<HeartbeatRequest, HeartbeatResponse> answer = Answer.prompt();
        DispatcherGrpc.newStub(channel)
                .heartbeat(HeartbeatRequest.newBuilder().setSessionId(id).build(), answer);
        return answer;
    }

    /** @param word stop or leave */
    Answer<HeartbeatRequest, HeartbeatResponse> sayGoodbye(String word) {
        Metadata headers = new Metadata();
        headers.put(SessionMetadata.GOODBYE, word);
        Answer<HeartbeatRequest, HeartbeatResponse> answer = Answer.prompt();
        DispatcherGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .heartbeat(HeartbeatRequest.newBuilder().setSessionId(id()).build(), answer);
        loops.settle();
        return answer;
    }

    Answer<AssignmentsRequest, AssignmentsMessage> assignments(Answer<AssignmentsRequest, AssignmentsMessage> answer) {
        DispatcherGrpc.newStub(channel)
                .assignments(AssignmentsRequest.newBuilder().setSessionId(id()).build(), answer);
        loops.settle();
        return answer;
    }

    Answer<UpdateTaskStatusRequest, UpdateTaskStatusResponse> report(TaskStatusUpdate... updates) {
        Answer<UpdateTaskStatusRequest, UpdateTaskStatusResponse> answer = Answer.prompt();
        DispatcherGrpc.newStub(channel)
                .updateTaskStatus(
                        UpdateTaskStatusRequest.newBuilder()
                                .setSessionId(id())
                                .addAllUpdates(List.of(updates))
                                .build(),
                        answer);
        loops.settle();
        return answer;
    }

    Answer<ListenSubscriptionsRequest, SubscriptionMessage> listen() {
        Answer<ListenSubscriptionsRequest, SubscriptionMessage> answer = Answer.prompt();
        LogBrokerGrpc.newStub(channel).listenSubscriptions(ListenSubscriptionsRequest.getDefaultInstance(), answer);
        loops.settle();
        return answer;
    }
}
