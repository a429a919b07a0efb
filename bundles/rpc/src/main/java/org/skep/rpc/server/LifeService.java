package org.skep.rpc.server;

import io.grpc.stub.StreamObserver;
import org.skep.protocol.life.LifeGrpc;
import org.skep.protocol.life.SignRequest;
import org.skep.protocol.life.SignResponse;

/** Gives signs of life. */
final class LifeService extends LifeGrpc.LifeImplBase {

    @Override
    public void sign(SignRequest request, StreamObserver<SignResponse> answer) {
        answer.onNext(SignResponse.getDefaultInstance());
        answer.onCompleted();
    }
}
