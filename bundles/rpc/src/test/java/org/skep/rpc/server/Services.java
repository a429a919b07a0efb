package org.skep.rpc.server;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.GetRootCACertificateRequest;
import org.skep.protocol.GetRootCACertificateResponse;
import org.skep.protocol.HeartbeatRequest;
import org.skep.protocol.HeartbeatResponse;
import org.skep.rpc.Caller;

/** Services for tests to call. */
final class Services {

    private Services() {}

    /** Answers heartbeats with what it is told to; remembers who called. */
    static final class Heartbeats extends DispatcherGrpc.DispatcherImplBase {

        final BlockingQueue<Caller> callers = new LinkedBlockingQueue<>();
        private final Function<HeartbeatRequest, HeartbeatResponse> answers;

        Heartbeats() {
            this(request -> HeartbeatResponse.getDefaultInstance());
        }

        Heartbeats(Function<HeartbeatRequest, HeartbeatResponse> answers) {
            this.answers = answers;
        }

        @Override
        public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> answer) {
            callers.add(Caller.current());
            answer.onNext(answers.apply(request));
            answer.onCompleted();
        }
    }

    /** Gives away a root. */
    static final class Roots extends CAGrpc.CAImplBase {

        final BlockingQueue<Caller> callers = new LinkedBlockingQueue<>();

        @Override
        public void getRootCACertificate(
                GetRootCACertificateRequest request, StreamObserver<GetRootCACertificateResponse> answer) {
            callers.add(Caller.current());
            answer.onNext(GetRootCACertificateResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }
}
