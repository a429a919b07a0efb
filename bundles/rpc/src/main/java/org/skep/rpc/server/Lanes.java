package org.skep.rpc.server;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import java.util.Map;
import java.util.concurrent.Executor;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.HealthGrpc;
import org.skep.protocol.LogBrokerGrpc;
import org.skep.protocol.NodeCAGrpc;
import org.skep.protocol.ResourceAllocatorGrpc;
import org.skep.protocol.life.LifeGrpc;
import org.skep.protocol.reach.ReachGrpc;
import org.skep.rpc.transport.RpcThreads;
import org.skep.rpc.transport.RpcThreads.Work;

/** Which threads serve which calls. */
final class Lanes implements ServerCallExecutorSupplier {

    private static final String HEARTBEAT = DispatcherGrpc.getHeartbeatMethod().getFullMethodName();

    private static final Map<String, Work> SERVICES = Map.of(
            LifeGrpc.SERVICE_NAME, Work.LIFE,
            HealthGrpc.SERVICE_NAME, Work.LIFE,
            DispatcherGrpc.SERVICE_NAME, Work.NODES,
            LogBrokerGrpc.SERVICE_NAME, Work.NODES,
            ReachGrpc.SERVICE_NAME, Work.NODES,
            ResourceAllocatorGrpc.SERVICE_NAME, Work.NODES,
            CAGrpc.SERVICE_NAME, Work.CERTIFICATES,
            NodeCAGrpc.SERVICE_NAME, Work.CERTIFICATES);

    private final RpcThreads threads;

    Lanes(RpcThreads threads) {
        this.threads = threads;
    }

    @Override
    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
        String method = call.getMethodDescriptor().getFullMethodName();
        return threads.server(
                method.equals(HEARTBEAT)
                        ? Work.LIFE
                        : SERVICES.getOrDefault(call.getMethodDescriptor().getServiceName(), Work.CONTROL));
    }
}
