package org.skep.shell.ssh;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.file.DurableFile;
import org.skep.api.file.IoReasons;
import org.skep.api.node.Daemon;
import org.skep.api.node.NodeConfig;
import org.skep.shell.audit.Audit;
import org.skep.shell.keys.KeyFiles;
import org.skep.shell.run.Shell;
import org.skep.shell.users.FileUsers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shell's way in: SSH with public keys, for a prompt or a line; nothing is forwarded and no file is served. */
@Component(
        service = {},
        immediate = true)
public final class SshServerComponent {

    private static final Logger LOG = LoggerFactory.getLogger(SshServerComponent.class);
    private static final Duration TO_STOP = Duration.ofSeconds(2);

    private final Path addressFile;
    private final SshServer server;
    private final Set<ChannelProgram> running = ConcurrentHashMap.newKeySet();
    private boolean listening;

    @Activate
    public SshServerComponent(
            @Reference NodeConfig config,
            @Reference Daemon daemon,
            @Reference Shell shell,
            @Reference FileUsers users,
            @Reference Audit audit) {
        Path directory = config.stateDir().resolve("ssh");
        addressFile = directory.resolve("address");
        InetSocketAddress address = config.sshAddress();
        server = Policy.server(address);
        try {
            Files.createDirectories(directory);
            KeyPair hostKey = KeyFiles.loadOrCreate(directory.resolve("host_key"), "skep@" + config.hostname());
            KeyPair clientKey = KeyFiles.loadOrCreate(directory.resolve("client_key"), FileUsers.LOCAL);
            server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
            Door door = new Door(users, clientKey.getPublic(), audit);
            server.setPublickeyAuthenticator(door);
            server.addSessionListener(door);
        } catch (IOException | GeneralSecurityException e) {
            LOG.error("cannot prepare the SSH server", e);
            daemon.fail("cannot read or make the SSH keys in " + directory + ": " + IoReasons.of(e));
            return;
        }
        Path history = config.stateDir().resolve("history");
        Function<Optional<String>, ChannelProgram> program = line -> {
            ChannelProgram made = new ChannelProgram(shell, users, audit, history, line, running::remove);
            running.add(made);
            return made;
        };
        server.setShellFactory(channel -> program.apply(Optional.empty()));
        server.setCommandFactory((channel, line) -> program.apply(Optional.of(line)));
        try {
            server.start();
            listening = publish(address, daemon);
            LOG.info("the shell listens on {}:{}", address.getHostString(), server.getPort());
        } catch (RuntimeException e) {
            LOG.error("cannot start the SSH server", e);
            daemon.fail("cannot start the SSH server: " + reason(e));
        } catch (IOException e) {
            LOG.debug("cannot start the SSH server", e);
            daemon.fail("cannot listen on " + address.getHostString() + ":" + address.getPort() + ": " + reason(e)
                    + " (choose another address with --ssh-addr)");
        }
    }

    /** Tells the daemon's own client where to go; @return whether that could be written */
    private boolean publish(InetSocketAddress address, Daemon daemon) {
        String host = address.getHostString();
        if (address.getAddress() != null && address.getAddress().isAnyLocalAddress()) {
            host = "127.0.0.1";
        }
        String text = (host.contains(":") ? "[" + host + "]" : host) + ":" + server.getPort() + "\n";
        try {
            DurableFile.write(addressFile, text.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException e) {
            LOG.debug("cannot write {}", addressFile, e);
            daemon.fail("cannot write " + addressFile + ": " + IoReasons.of(e));
            return false;
        }
    }

    private void unpublish() {
        try {
            Files.deleteIfExists(addressFile);
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", addressFile, IoReasons.of(e));
        }
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    @Deactivate
    void close() {
        if (listening) {
            unpublish();
        }
        // Taken first: a program leaves the set a moment before its thread ends.
        List<ChannelProgram> programs = List.copyOf(running);
        try {
            server.stop(true);
            long deadline = System.nanoTime() + TO_STOP.toNanos();
            for (ChannelProgram program : programs) {
                program.awaitEnd(Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
            }
        } catch (IOException e) {
            LOG.warn("the SSH server did not stop cleanly: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
