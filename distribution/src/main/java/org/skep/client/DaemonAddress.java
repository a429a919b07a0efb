package org.skep.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.skep.shell.keys.JdkEd25519;
import org.skep.shell.keys.KeyFiles;

/** How to reach the daemon of a state directory, and how both sides know each other. */
record DaemonAddress(InetSocketAddress address, KeyPair clientKey, PublicKey hostKey) {

    static DaemonAddress in(Path stateDir) {
        Path ssh = stateDir.resolve("ssh");
        try {
            if (Files.exists(stateDir) && !Files.isReadable(stateDir)) {
                throw new AccessDeniedException(stateDir.toString());
            }
            if (Files.notExists(ssh.resolve("address"))) {
                throw ClientException.failed(notRunning(stateDir), null);
            }
            InetSocketAddress address =
                    address(Files.readString(ssh.resolve("address")).strip());
            JdkEd25519.install();
            PublicKey hostKey = AuthorizedKeyEntry.parseAuthorizedKeyEntry(
                            Files.readString(ssh.resolve("host_key.pub")).strip())
                    .resolvePublicKey(null, PublicKeyEntryResolver.FAILING);
            return new DaemonAddress(address, KeyFiles.load(ssh.resolve("client_key")), hostKey);
        } catch (AccessDeniedException e) {
            throw ClientException.failed(
                    "no permission to read " + e.getFile()
                            + ": run skep as the user that runs skepd, or use ssh with a key of your own",
                    e);
        } catch (IOException | GeneralSecurityException e) {
            throw ClientException.failed("cannot read the keys in " + ssh + ": " + e.getMessage(), e);
        }
    }

    static String notRunning(Path stateDir) {
        return "no skepd is running on the state directory " + stateDir + " (start one with: skepd --state-dir "
                + stateDir + ")";
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1)));
        return address.getAddress() != null && address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
                : address;
    }
}
