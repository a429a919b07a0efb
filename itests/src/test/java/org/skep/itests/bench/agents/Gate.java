package org.skep.itests.bench.agents;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.concurrent.TimeUnit;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.x509.CertificateRequest;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.NodeCAGrpc;
import org.skep.protocol.NodeCAGrpc.NodeCABlockingStub;
import org.skep.protocol.NodeCertificateStatusRequest;

/** The way in: a certificate for a token, and a connection of its own for each worker. */
final class Gate implements AutoCloseable {

    private final String host;
    private final int port;
    private final byte[] root;
    private final String token;
    private final EventLoopGroup io = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    Gate(String manager, String root, String token) {
        int colon = manager.lastIndexOf(':');
        this.host = manager.substring(0, colon);
        this.port = Integer.parseInt(manager.substring(colon + 1));
        this.root = root.getBytes(StandardCharsets.UTF_8);
        this.token = token;
    }

    /** A worker that has been let in. */
    record Admitted(String nodeId, ManagedChannel channel) {}

    Admitted admit() throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        ManagedChannel stranger = channel(SslContextBuilder.forClient(), NodeIdentity.AUTHORITY);
        try {
            NodeCABlockingStub authority = NodeCAGrpc.newBlockingStub(stranger).withDeadlineAfter(60, TimeUnit.SECONDS);
            String nodeId = authority
                    .issueNodeCertificate(IssueNodeCertificateRequest.newBuilder()
                            .setCsr(ByteString.copyFrom(CertificateRequest.of(keys)))
                            .setToken(token)
                            .setWorkerOnly(true)
                            .build())
                    .getNodeId();
            byte[] chain = authority
                    .nodeCertificateStatus(NodeCertificateStatusRequest.newBuilder()
                            .setNodeId(nodeId)
                            .build())
                    .getCertificate()
                    .getCertificate()
                    .toByteArray();
            X509Certificate[] certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(chain))
                    .toArray(X509Certificate[]::new);
            return new Admitted(
                    nodeId,
                    channel(
                            SslContextBuilder.forClient().keyManager(keys.getPrivate(), certificates),
                            NodeIdentity.MANAGER_UNIT));
        } finally {
            stranger.shutdownNow();
        }
    }

    private ManagedChannel channel(SslContextBuilder tls, String server) throws IOException {
        try (InputStream roots = new ByteArrayInputStream(root)) {
            return NettyChannelBuilder.forAddress(host, port)
                    .sslContext(GrpcSslContexts.configure(tls.trustManager(roots), SslProvider.JDK)
                            .build())
                    .overrideAuthority(server)
                    .eventLoopGroup(io)
                    .channelType(NioSocketChannel.class)
                    .directExecutor()
                    .disableRetry()
                    .proxyDetector(address -> null)
                    .maxInboundMessageSize(Integer.MAX_VALUE)
                    .build();
        }
    }

    @Override
    public void close() {
        io.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
