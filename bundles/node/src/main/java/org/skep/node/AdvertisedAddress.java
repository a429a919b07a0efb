package org.skep.node;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where other hosts would reach this one, as far as its interfaces tell. */
final class AdvertisedAddress {

    private static final String LOOPBACK = "127.0.0.1";

    private AdvertisedAddress() {}

    /** IPv4 before IPv6, the interface with the lowest index first; the loopback address where there is no other. */
    static String find() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(AdvertisedAddress::isUp)
                    .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .map(AdvertisedAddress::text)
                    .findFirst()
                    .orElse(LOOPBACK);
        } catch (SocketException e) {
            return LOOPBACK;
        }
    }

    private static String text(InetAddress address) {
        return Stream.of(address.getHostAddress().split("%")).findFirst().orElseThrow();
    }

    private static boolean isUp(NetworkInterface networkInterface) {
        try {
            return networkInterface.isUp() && !networkInterface.isLoopback();
        } catch (SocketException e) {
            return false;
        }
    }
}
