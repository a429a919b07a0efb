package org.skep.pki.node;

import org.skep.protocol.GetUnlockKeyResponse;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.IssueNodeCertificateResponse;
import org.skep.protocol.NodeCertificateStatusResponse;

/**
 * Where a node asks for certificates: a manager, to which it is connected with its present certificate, or with none.
 *
 * <p>Methods fail with a {@link org.skep.api.SkepException}, in time.
 */
public interface Desk extends AutoCloseable {

    IssueNodeCertificateResponse issue(IssueNodeCertificateRequest request) throws InterruptedException;

    /** Waits until there is an answer, or until it may be asked again; then without a state. */
    NodeCertificateStatusResponse status(String nodeId) throws InterruptedException;

    /** For managers. */
    GetUnlockKeyResponse unlockKey() throws InterruptedException;

    @Override
    void close();
}
