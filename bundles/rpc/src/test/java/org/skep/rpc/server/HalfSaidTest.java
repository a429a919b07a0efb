package org.skep.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultEventExecutorGroup;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skep.api.node.NodeIdentity;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.LogBrokerGrpc;

class HalfSaidTest {

    private static final Optional<NodeIdentity> WORKER = Optional.of(new NodeIdentity("w1", false, "cluster"));
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final DefaultEventExecutorGroup timers = new DefaultEventExecutorGroup(1);

    @AfterEach
    void stop() {
        timers.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private HalfSaid halfSaid(Duration within) {
        return new HalfSaid(
                timers, new HalfSaid.Limits(within, new Shares.Limits(1_000, 600), new Shares.Limits(100, 60)));
    }

    @Test
    void aRequestThatDoesNotComeEnds() throws Exception {
        Call<?> call = new Call<>(halfSaid(SHORT), DispatcherGrpc.getHeartbeatMethod(), WORKER);
        assertThat(call.ended.poll(200, TimeUnit.MILLISECONDS))
                .as("nobody has asked for it yet")
                .isNull();

        call.served.request(1);

        assertThat(call.ended.take().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void aMessageThatDoesNotComeToItsEndEndsItsStream() throws Exception {
        Call<?> call = new Call<>(halfSaid(SHORT), LogBrokerGrpc.getPublishLogsMethod(), WORKER);
        call.message(10);
        assertThat(call.ended.poll(200, TimeUnit.MILLISECONDS))
                .as("between messages")
                .isNull();

        call.tracer.inboundMessage(1);
        call.tracer.inboundWireSize(10);

        assertThat(call.ended.take().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void nobodyKeepsMoreThanItsShare() throws Exception {
        HalfSaid halfSaid = halfSaid(LONG);
        for (int i = 0; i < 5; i++) {
            Call<?> whole = new Call<>(halfSaid, DispatcherGrpc.getHeartbeatMethod(), WORKER);
            whole.message(500);
            whole.listener.onHalfClose();
            assertThat(whole.ended).isEmpty();
        }
        Call<?> part = new Call<>(halfSaid, DispatcherGrpc.getHeartbeatMethod(), WORKER);
        part.tracer.inboundMessage(0);
        part.tracer.inboundWireSize(500);
        Call<?> stranger = new Call<>(halfSaid, DispatcherGrpc.getHeartbeatMethod(), Optional.empty());
        stranger.tracer.inboundMessage(0);
        stranger.tracer.inboundWireSize(61);
        assertThat(stranger.ended.take().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

        Call<?> more = new Call<>(halfSaid, LogBrokerGrpc.getPublishLogsMethod(), WORKER);
        more.tracer.inboundMessage(0);
        more.tracer.inboundWireSize(101);

        assertThat(more.ended.take().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(part.ended).isEmpty();
        part.tracer.streamClosed(Status.CANCELLED);
        new Call<>(halfSaid, LogBrokerGrpc.getPublishLogsMethod(), WORKER).message(600);
    }

    /** One that never answers. */
    private static final class Call<Q> extends ServerCall<Q, Object> {

        final BlockingQueue<Status> ended = new LinkedBlockingQueue<>();
        final ServerStreamTracer tracer;
        final ServerCall.Listener<Q> listener;
        ServerCall<Q, Object> served;
        private final MethodDescriptor<Q, Object> method;
        private final Attributes attributes;

        @SuppressWarnings("unchecked")
        Call(HalfSaid halfSaid, MethodDescriptor<Q, ?> method, Optional<NodeIdentity> peer) throws Exception {
            this.method = (MethodDescriptor<Q, Object>) method;
            attributes = Attributes.newBuilder()
                    .set(Gate.PEER, new Gate.Peer(peer, "10.0.0.1", 1))
                    .build();
            tracer = halfSaid.newServerStreamTracer(method.getFullMethodName(), new Metadata());
            tracer.serverCallStarted(new Info());
            listener = tracer.filterContext(Context.ROOT)
                    .call(() -> halfSaid.interceptCall(this, new Metadata(), this::serve));
        }

        private ServerCall.Listener<Q> serve(ServerCall<Q, Object> call, Metadata headers) {
            served = call;
            return new ServerCall.Listener<>() {};
        }

        private final class Info extends ServerStreamTracer.ServerCallInfo<Q, Object> {
            @Override
            public MethodDescriptor<Q, Object> getMethodDescriptor() {
                return method;
            }

            @Override
            public Attributes getAttributes() {
                return attributes;
            }

            @Override
            public String getAuthority() {
                return "";
            }
        }

        void message(int bytes) {
            tracer.inboundMessage(0);
            tracer.inboundWireSize(bytes);
            tracer.inboundMessageRead(0, bytes, bytes);
        }

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(Object message) {}

        @Override
        public void close(Status status, Metadata trailers) {
            ended.add(status);
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<Q, Object> getMethodDescriptor() {
            return method;
        }

        @Override
        public Attributes getAttributes() {
            return attributes;
        }
    }
}
