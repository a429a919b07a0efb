package org.skep.node;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.skep.api.node.Endpoint;

/** The network of this host, as the operating system tells. */
interface Host {

    /**
     * A network interface.
     *
     * @param loopback whether it leads to this host only
     * @param up whether it is in use and has a link
     */
    record Interface(String name, boolean loopback, boolean up, List<InetAddress> addresses) {
        public Interface {
            addresses = List.copyOf(addresses);
        }
    }

    /** In the system's order. */
    List<Interface> interfaces();

    /** What a host name stands for. */
    List<InetAddress> resolve(String name) throws UnknownHostException;

    /** The address of this host that packets to a remote one come from; empty if there is no way to it. */
    Optional<InetAddress> towards(Endpoint remote);

    /** This host. */
    static Host local() {
        return new LocalHost();
    }

    /** Asks the operating system. */
    final class LocalHost implements Host {

        @Override
        public List<Interface> interfaces() {
            try {
                return NetworkInterface.networkInterfaces()
                        .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                        .map(known -> new Interface(
                                known.getName(),
                                isLoopback(known),
                                isUp(known),
                                known.inetAddresses().toList()))
                        .toList();
            } catch (SocketException e) {
                return List.of();
            }
        }

        private static boolean isUp(NetworkInterface candidate) {
            try {
                return candidate.isUp();
            } catch (SocketException e) {
                return false;
            }
        }

        private static boolean isLoopback(NetworkInterface candidate) {
            try {
                return candidate.isLoopback();
            } catch (SocketException e) {
                return false;
            }
        }

        @Override
        public List<InetAddress> resolve(String name) throws UnknownHostException {
            return List.of(InetAddress.getAllByName(name));
        }

        @Override
        public Optional<InetAddress> towards(Endpoint remote) {
            // To connect a datagram socket sends nothing: it only asks for the way.
            try (DatagramSocket probe = new DatagramSocket()) {
                probe.connect(new InetSocketAddress(InetAddress.getByName(remote.host()), remote.port()));
                return Optional.of(probe.getLocalAddress()).filter(address -> !address.isAnyLocalAddress());
            } catch (IOException | java.io.UncheckedIOException e) {
                return Optional.empty();
            }
        }
    }
}
