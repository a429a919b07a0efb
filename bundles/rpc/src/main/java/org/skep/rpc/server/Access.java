package org.skep.rpc.server;

import java.util.Map;
import java.util.Set;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.DispatcherGrpc;
import org.skep.protocol.LogBrokerGrpc;
import org.skep.protocol.NodeCAGrpc;
import org.skep.protocol.ResourceAllocatorGrpc;
import org.skep.protocol.life.LifeGrpc;
import org.skep.protocol.reach.ReachGrpc;

/** Who may call what. What is not named here is for managers. */
enum Access {
    /** Without a certificate, too. */
    ANYONE,
    /** Every node of this swarm. */
    NODE,
    /** Managers of this swarm. */
    MANAGER;

    private static final Set<String> FOR_ANYONE = Set.of(
            CAGrpc.getGetRootCACertificateMethod().getFullMethodName(),
            NodeCAGrpc.getIssueNodeCertificateMethod().getFullMethodName(),
            NodeCAGrpc.getNodeCertificateStatusMethod().getFullMethodName());

    private static final Map<String, Access> SERVICES = Map.of(
            DispatcherGrpc.SERVICE_NAME, NODE,
            LogBrokerGrpc.SERVICE_NAME, NODE,
            ResourceAllocatorGrpc.SERVICE_NAME, NODE,
            LifeGrpc.SERVICE_NAME, NODE,
            ReachGrpc.SERVICE_NAME, NODE);

    /** @param method as {@code package.Service/Method} */
    static Access to(String method) {
        if (FOR_ANYONE.contains(method)) {
            return ANYONE;
        }
        return SERVICES.getOrDefault(method.substring(0, method.lastIndexOf('/')), MANAGER);
    }
}
