package org.skep.pki.node;

import org.skep.api.SkepException;
import org.skep.protocol.GetUnlockKeyResponse;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.IssueNodeCertificateResponse;
import org.skep.protocol.NodeCertificateStatusResponse;

/** Breaks off after the request was taken down. */
record FailingDesk(Desk desk, Runnable failed) implements Desk {

    @Override
    public IssueNodeCertificateResponse issue(IssueNodeCertificateRequest request) throws InterruptedException {
        return desk.issue(request);
    }

    @Override
    public NodeCertificateStatusResponse status(String nodeId) {
        failed.run();
        throw SkepException.external("UNREACHABLE", "the connection broke", "", null);
    }

    @Override
    public GetUnlockKeyResponse unlockKey() throws InterruptedException {
        return desk.unlockKey();
    }

    @Override
    public void close() {
        desk.close();
    }
}
