package org.skep.shell.ssh;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.file.nonefs.NoneFileSystemFactory;
import org.apache.sshd.common.forward.DefaultForwarderFactory;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.extension.DefaultServerKexExtensionHandler;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.random.JceRandomFactory;
import org.apache.sshd.common.random.SingletonRandomFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.session.helpers.DefaultUnknownChannelReferenceHandler;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.skep.shell.keys.JdkEd25519;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server offers: public keys, channels for lines and prompts, and nothing else. Algorithms are listed here
 * rather than taken from MINA's defaults, because each of those that we would drop again costs time at every start.
 */
final class Policy {

    private static final Logger LOG = LoggerFactory.getLogger(Policy.class);
    private static final int MOST_CONNECTIONS = 64;
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final Duration TO_LOG_IN = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 6;
    private static final int CHANNELS = 10;
    private static final int THREADS = 2;

    private Policy() {}

    /** A server without keys and without anybody who may come in. */
    static SshServer server(InetSocketAddress address) {
        JdkEd25519.install();
        SshServer server = new SshServer();
        server.setHost(address.getHostString());
        server.setPort(address.getPort());
        algorithms(server);
        server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        server.setChannelFactories(List.of(new StatusFirst()));
        server.setGlobalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE));
        server.setUnknownChannelReferenceHandler(DefaultUnknownChannelReferenceHandler.INSTANCE);
        server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
        server.setForwarderFactory(DefaultForwarderFactory.INSTANCE);
        server.setSubsystemFactories(List.of());
        server.setFileSystemFactory(NoneFileSystemFactory.INSTANCE);
        CoreModuleProperties.NIO_WORKERS.set(server, THREADS);
        // the end of a line is four small packets: none may wait for the acknowledgement of the one before
        CoreModuleProperties.TCP_NODELAY.set(server, true);
        CoreModuleProperties.IDLE_TIMEOUT.set(server, IDLE);
        CoreModuleProperties.AUTH_TIMEOUT.set(server, TO_LOG_IN);
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, ATTEMPTS);
        CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(server, CHANNELS);
        // a client that closes its channel does not wait for the command: it is interrupted at once
        CoreModuleProperties.COMMAND_EXIT_TIMEOUT.set(server, Duration.ofMillis(50));
        server.addSessionListener(new Limit(server));
        return server;
    }

    private static void algorithms(SshServer server) {
        server.setRandomFactory(new SingletonRandomFactory(JceRandomFactory.INSTANCE));
        server.setKexExtensionHandler(DefaultServerKexExtensionHandler.INSTANCE);
        server.setKeyExchangeFactories(Stream.of(
                        BuiltinDHFactories.curve25519,
                        BuiltinDHFactories.curve25519_libssh,
                        BuiltinDHFactories.ecdhp256,
                        BuiltinDHFactories.ecdhp384,
                        BuiltinDHFactories.ecdhp521)
                .map(ServerBuilder.DH2KEX)
                .toList());
        server.setSignatureFactories(List.of(
                BuiltinSignatures.ed25519,
                BuiltinSignatures.nistp256,
                BuiltinSignatures.nistp384,
                BuiltinSignatures.nistp521,
                BuiltinSignatures.rsaSHA512,
                BuiltinSignatures.rsaSHA256));
        server.setCipherFactories(List.of(
                BuiltinCiphers.cc20p1305_openssh,
                BuiltinCiphers.aes128gcm,
                BuiltinCiphers.aes256gcm,
                BuiltinCiphers.aes128ctr,
                BuiltinCiphers.aes256ctr));
        server.setMacFactories(List.of(
                BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm, BuiltinMacs.hmacsha256, BuiltinMacs.hmacsha512));
        server.setCompressionFactories(List.of(BuiltinCompressions.none));
    }

    /** Turns connections away before anyone has said a name. */
    private record Limit(SshServer server) implements SessionListener {

        @Override
        public void sessionCreated(Session session) {
            // not an exception from the acceptor's listener: MINA would leave the socket open
            if (server.getActiveSessions().size() >= MOST_CONNECTIONS) {
                LOG.warn(
                        "too many connections: {} is turned away",
                        session.getIoSession().getRemoteAddress());
                session.close(true);
            }
        }
    }
}
