package org.skep.raft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.stack.DiagnosticsHandler;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.NodeCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The protocols that managers talk to each other. */
public final class Stack {

    private static final Logger LOG = LoggerFactory.getLogger(Stack.class);

    /** A write that is not taken by then is dropped, and sent again when the other side asks for it. */
    private static final int SEND_QUEUE = 512;

    private static final int CONNECT_MILLIS = 1_000;

    private Stack() {}

    /**
     * @param peers connected with the transport by this call
     * @param check who may take part
     */
    public static JChannel create(
            NodeAddresses addresses,
            NodeCredentials credentials,
            NodeCredentials.PeerCheck check,
            Peers peers,
            RAFT raft)
            throws Exception {
        Endpoint listen = addresses.listen().raft();
        Endpoint advertise = addresses.advertise().raft();
        Gate gate = gate(context(credentials, check), listen);
        Wire wire = new Wire(gate, peers::closed);
        InetAddress here = here(advertise.host(), listen.host());
        wire.setBindAddress(here).setBindPort(listen.port()).setPortRange(0);
        wire.setExternalAddr(here).setExternalPort(advertise.port());
        wire.deferClientBindAddr(true).setSockConnTimeout(CONNECT_MILLIS).tcpNodelay(true);
        wire.nonBlockingSends(true).maxSendQueue(SEND_QUEUE).logAcceptError(false);
        wire.setBundlerType("no-bundler");
        // Whoever hears something here hands it over and returns: no other thread need be woken for it.
        wire.setMessageProcessingPolicy("all-direct");
        wire.getThreadPool().setMinThreads(0).setMaxThreads(2).setKeepAliveTime(1_000);
        wire.setTimeServiceInterval(0).setLogicalAddrCacheReaperInterval(0);
        wire.setDiagnosticsHandler(new DiagnosticsHandler(wire.getLog(), gate, null).setEnabled(false));
        wire.logDetails(false);
        peers.over(wire);
        return new JChannel(List.of(wire, peers, raft));
    }

    /**
     * The address that stands for this manager: not the one by which others find it, which may be a name, but one that no
     * other manager has. Many a host takes its own name for loopback.
     */
    private static InetAddress here(String advertised, String listened) throws IOException {
        InetAddress listen = InetAddress.getByName(listened);
        try {
            InetAddress named = InetAddress.getByName(advertised);
            if (!named.isLoopbackAddress() || listen.isLoopbackAddress()) {
                return named;
            }
        } catch (UnknownHostException e) {
            LOG.warn("This manager is advertised as {}, which has no address here", advertised);
        }
        return listen.isAnyLocalAddress()
                ? NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                        .findFirst()
                        .orElse(listen)
                : listen;
    }

    private static Gate gate(SSLContext context, Endpoint listen) throws IOException {
        try {
            return new Gate(context, new InetSocketAddress(InetAddress.getByName(listen.host()), listen.port()));
        } catch (UnknownHostException e) {
            throw new UnknownHostException("no address of that name: " + listen.host());
        } catch (IOException e) {
            throw new IOException("cannot listen on " + listen + ": " + e.getMessage(), e);
        }
    }

    private static SSLContext context(NodeCredentials credentials, NodeCredentials.PeerCheck check)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new KeyManager[] {credentials.keyManager()},
                new TrustManager[] {credentials.trustManager(check)},
                null);
        return context;
    }
}
