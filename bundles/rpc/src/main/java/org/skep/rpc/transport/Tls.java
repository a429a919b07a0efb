package org.skep.rpc.transport;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * TLS 1.2 and 1.3 with forward secrecy and authenticated ciphers, HTTP/2 agreed on. Each context has sessions of its own:
 * a connection that is not to be the continuation of an earlier one takes a new context.
 */
public final class Tls {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    /** A continued session is not verified anew, so that an expired certificate would live on. */
    private static final long SERVER_SESSION_SECONDS = 10;

    private Tls() {}

    /** A server that asks for a certificate, does without, and refuses a bad one. */
    public static SslContext server(KeyManager keys, TrustManager trust) {
        return build(SslContextBuilder.forServer(keys)
                .trustManager(trust)
                .clientAuth(ClientAuth.OPTIONAL)
                .sessionTimeout(SERVER_SESSION_SECONDS));
    }

    /** A client with a certificate. */
    public static SslContext client(KeyManager keys, TrustManager trust) {
        return build(SslContextBuilder.forClient().keyManager(keys).trustManager(trust));
    }

    /** A client without one. */
    public static SslContext anonymous(TrustManager trust) {
        return build(SslContextBuilder.forClient().trustManager(trust));
    }

    private static SslContext build(SslContextBuilder builder) {
        try {
            return GrpcSslContexts.configure(builder, SslProvider.JDK)
                    .protocols(PROTOCOLS)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("this Java has no usable TLS", e);
        }
    }
}
