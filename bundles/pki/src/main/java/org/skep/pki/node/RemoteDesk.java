package org.skep.pki.node;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.GetRootCACertificateRequest;
import org.skep.protocol.GetUnlockKeyRequest;
import org.skep.protocol.GetUnlockKeyResponse;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.IssueNodeCertificateResponse;
import org.skep.protocol.NodeCAGrpc;
import org.skep.protocol.NodeCertificateStatusRequest;
import org.skep.protocol.NodeCertificateStatusResponse;

/** A manager at the other end of a channel. */
final class RemoteDesk implements Desk {

    private static final long DEADLINE_SECONDS = 5;

    private final ManagedChannel channel;
    private final CallErrors errors;

    /**
     * @param channel shut down on closing
     * @param manager for error messages
     */
    RemoteDesk(ManagedChannel channel, Object manager) {
        this.channel = channel;
        this.errors = new CallErrors(String.valueOf(manager));
    }

    /** Not to be trusted before it is compared with something. */
    byte[] rootCertificate() throws InterruptedException {
        return call(() -> timely(CAGrpc.newBlockingStub(channel))
                .getRootCACertificate(GetRootCACertificateRequest.getDefaultInstance())
                .getCertificate()
                .toByteArray());
    }

    @Override
    public IssueNodeCertificateResponse issue(IssueNodeCertificateRequest request) throws InterruptedException {
        return call(() -> timely(NodeCAGrpc.newBlockingStub(channel)).issueNodeCertificate(request));
    }

    @Override
    public NodeCertificateStatusResponse status(String nodeId) throws InterruptedException {
        NodeCertificateStatusRequest request =
                NodeCertificateStatusRequest.newBuilder().setNodeId(nodeId).build();
        return call(() -> {
            try {
                return timely(NodeCAGrpc.newBlockingStub(channel)).nodeCertificateStatus(request);
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
                    return NodeCertificateStatusResponse.getDefaultInstance();
                }
                throw e;
            }
        });
    }

    @Override
    public GetUnlockKeyResponse unlockKey() throws InterruptedException {
        return call(
                () -> timely(CAGrpc.newBlockingStub(channel)).getUnlockKey(GetUnlockKeyRequest.getDefaultInstance()));
    }

    private static <S extends AbstractStub<S>> S timely(S stub) {
        return stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private <T> T call(Supplier<T> call) throws InterruptedException {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw errors.of(e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
