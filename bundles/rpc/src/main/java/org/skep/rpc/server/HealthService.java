package org.skep.rpc.server;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import org.skep.protocol.HealthCheckRequest;
import org.skep.protocol.HealthCheckResponse;
import org.skep.protocol.HealthGrpc;

/** Says that this manager serves, which it does if it can be asked. */
final class HealthService extends HealthGrpc.HealthImplBase {

    private static final Set<String> SERVING = Set.of("", "Raft");

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
        if (!SERVING.contains(request.getService())) {
            answer.onError(Status.NOT_FOUND.withDescription("unknown service").asRuntimeException());
            return;
        }
        answer.onNext(HealthCheckResponse.newBuilder()
                .setStatus(HealthCheckResponse.ServingStatus.SERVING)
                .build());
        answer.onCompleted();
    }
}
