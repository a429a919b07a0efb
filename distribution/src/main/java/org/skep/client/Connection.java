package org.skep.client;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.client.ClientBuilder;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.channel.PtyCapableChannelSession;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.config.keys.ClientIdentityLoader;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.PtyChannelConfiguration;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.forward.DefaultForwarderFactory;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.random.JceRandomFactory;
import org.apache.sshd.common.random.SingletonRandomFactory;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.jline.utils.Signals;

/** One session with the daemon of a state directory, over SSH. */
final class Connection {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String USER = "local";

    /** 128 and SIGPIPE. */
    private static final int UNREAD = 141;

    private final Path stateDir;

    Connection(Path stateDir) {
        this.stateDir = stateDir;
    }

    /** Opens the prompt on a terminal until its user leaves. */
    int prompt(InputStream in, LocalTerminal terminal) {
        return session(in, Optional.of(terminal), session -> session.createShellChannel(pty(terminal), environment()));
    }

    /** Runs one line; on a terminal, if there is one. */
    int run(String line, InputStream in, Optional<LocalTerminal> terminal) {
        return session(
                in,
                terminal,
                session -> session.createExecChannel(
                        line, terminal.map(Connection::pty).orElse(null), environment()));
    }

    private interface Opening {
        PtyCapableChannelSession open(ClientSession session) throws IOException;
    }

    private int session(InputStream in, Optional<LocalTerminal> terminal, Opening opening) {
        DaemonAddress daemon = DaemonAddress.in(stateDir);
        SshClient client = client(daemon);
        client.start();
        try (ClientSession session = connect(client, daemon)) {
            PtyCapableChannelSession channel = opening.open(session);
            channel.setUsePty(terminal.isPresent());
            channel.setIn(in);
            // System.out would keep to itself that nobody reads it
            channel.setOut(new Unbuffered(new FileOutputStream(FileDescriptor.out), Connection::unread));
            channel.setErr(new Unbuffered(new FileOutputStream(FileDescriptor.err), Connection::unread));
            terminal.ifPresent(LocalTerminal::raw);
            channel.open().verify(PATIENCE);
            terminal.ifPresentOrElse(
                    it -> it.onResize(() -> resize(channel, it)),
                    () -> Signals.register("INT", () -> interrupt(channel)));
            channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), 0L);
            return status(channel);
        } catch (IOException e) {
            throw ClientException.failed("the connection to skepd failed: " + e.getMessage(), e);
        } finally {
            // its selecting thread would hold up the JVM's end
            client.close(true);
        }
    }

    private ClientSession connect(SshClient client, DaemonAddress daemon) {
        try {
            ClientSession session =
                    client.connect(USER, daemon.address()).verify(PATIENCE).getSession();
            session.auth().verify(PATIENCE);
            return session;
        } catch (IOException e) {
            if (refused(e)) {
                throw ClientException.failed(DaemonAddress.notRunning(stateDir), e);
            }
            throw ClientException.failed(
                    "the skepd of " + stateDir + " does not let us in at " + daemon.address() + ": " + e.getMessage(),
                    e);
        }
    }

    private static boolean refused(Throwable e) {
        return e != null && (e instanceof ConnectException || refused(e.getCause()));
    }

    /** Only what our own server offers first: each further algorithm costs time to load. */
    private static SshClient client(DaemonAddress daemon) {
        SshClient client = new SshClient();
        client.setRandomFactory(new SingletonRandomFactory(JceRandomFactory.INSTANCE));
        client.setKeyExchangeFactories(List.of(ClientBuilder.DH2KEX.apply(BuiltinDHFactories.curve25519)));
        client.setSignatureFactories(List.of(BuiltinSignatures.ed25519));
        client.setCipherFactories(
                List.of(BuiltinCiphers.aes128gcm, BuiltinCiphers.aes256gcm, BuiltinCiphers.aes128ctr));
        client.setMacFactories(List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha256));
        client.setCompressionFactories(List.of(BuiltinCompressions.none));
        client.setForwarderFactory(DefaultForwarderFactory.INSTANCE);
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setClientIdentityLoader(ClientIdentityLoader.DEFAULT);
        client.setFilePasswordProvider(FilePasswordProvider.EMPTY);
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        client.setKeyIdentityProvider(KeyIdentityProvider.wrapKeyPairs(daemon.clientKey()));
        client.setServerKeyVerifier((session, address, key) -> KeyUtils.compareKeys(key, daemon.hostKey()));
        client.setNioWorkers(1);
        // a login is a dozen small packets: none may wait for the acknowledgement of the one before
        CoreModuleProperties.TCP_NODELAY.set(client, true);
        return client;
    }

    private static PtyChannelConfiguration pty(LocalTerminal terminal) {
        PtyChannelConfiguration pty = new PtyChannelConfiguration();
        LocalTerminal.Size size = terminal.size();
        pty.setPtyType(terminal.type());
        pty.setPtyColumns(size.columns());
        pty.setPtyLines(size.rows());
        return pty;
    }

    private static Map<String, String> environment() {
        Environment environment = new Environment(System.getenv());
        return environment.sent();
    }

    /** Ends as a program does that the kernel tells of a closed pipe. */
    private static void unread() {
        Runtime.getRuntime().halt(UNREAD);
    }

    private static void resize(PtyCapableChannelSession channel, LocalTerminal terminal) {
        LocalTerminal.Size size = terminal.size();
        try {
            channel.sendWindowChange(size.columns(), size.rows());
        } catch (IOException e) {
            // the session is ending; the main thread says why
        }
    }

    /** Ends the line, not the client, so that the daemon can say what becomes of its work; once is asking enough. */
    private static void interrupt(PtyCapableChannelSession channel) {
        Signals.registerDefault("INT");
        Buffer request = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
        request.putUInt(channel.getRecipient());
        request.putString("signal");
        request.putBoolean(false);
        request.putString("INT");
        try {
            channel.writePacket(request);
        } catch (IOException e) {
            // the session is ending; the main thread says why
        }
    }

    private static int status(ClientChannel channel) {
        Integer status = channel.getExitStatus();
        if (status == null) {
            throw ClientException.failed("the connection to skepd was lost before the line ended", null);
        }
        return status;
    }
}
