package org.skep.itests.hosts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skep.itests.Commands;
import org.skep.itests.Commands.Result;

/** A switch with a cable to each host, in namespaces of its own: the machine's network does not know of it. */
final class Network {

    private static final String PREFIX = "10.77.0.";

    /** Nobody's; what is sent there arrives nowhere, and the sender is not told. */
    private static final String NOWHERE = "02:00:00:00:00:00";

    private final Enclosure place;
    private final Path home;
    private final Map<Integer, Process> wires = new HashMap<>();

    Network(Path home) {
        this.home = home;
        place = new Enclosure(
                home.resolve("network.log"),
                List.of(
                        "sh",
                        "-ec",
                        // as a router to nowhere it refuses what lies outside at once, names too
                        "read -r pid _ </proc/self/stat; mount -t proc proc /proc; ip link set lo up;"
                                + "ip link add lan type bridge; ip link set lan up; ip addr add " + gateway()
                                + "/24 dev lan; sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0;"
                                + "echo $pid; exec cat >/dev/null"));
    }

    static String gateway() {
        return address(254);
    }

    static String address(int host) {
        return PREFIX + host;
    }

    private static String port(int host) {
        return "port" + host;
    }

    /** Puts a cable between the switch and a host, which is given an address. */
    void plug(int number, Enclosure host, String address) {
        String mac = "02:00:0a:4d:00:%02x".formatted(number);
        place.onNetwork(("ip link add %1$s type veth peer name eth0 netns %2$d address %3$s;"
                        + "ip link set %1$s master lan up")
                .formatted(port(number), host.init(), mac));
        host.onNetwork("ip link set lo up; ip link set eth0 up; sysctl -qw net.ipv4.ip_forward=1");
        assign(host, address);
    }

    /** Gives a host another address. */
    void assign(Enclosure host, String address) {
        host.onNetwork("ip addr flush dev eth0; ip addr add %s/24 dev eth0; ip route replace default via %s"
                .formatted(address, gateway()));
    }

    void pullOut(int number) {
        shorten(number);
        place.onNetwork("ip link del " + port(number));
    }

    /** The link stays up, but nothing passes. */
    void silence(int number) {
        shorten(number);
        place.onNetwork("ip link set %s nomaster".formatted(port(number)));
    }

    void restore(int number) {
        place.onNetwork("ip link set %s master lan".formatted(port(number)));
    }

    /** Loses silently what one host sends to another from now on. */
    void drop(Enclosure from, String to) {
        from.onNetwork("ip neigh replace %s lladdr %s dev eth0 nud permanent".formatted(to, NOWHERE));
    }

    void undrop(Enclosure from) {
        from.onNetwork("ip neigh show nud permanent dev eth0 |"
                + "while read -r address _; do ip neigh del $address dev eth0; done");
    }

    /** Delays every frame to and from a host; the kernel need not have a queue that can. */
    void lengthen(int number, Duration delay) {
        shorten(number);
        place.onNetwork(("ip link add side%1$d type bridge; ip link set side%1$d up;"
                        + "ip tuntap add near%1$d mode tap; ip tuntap add far%1$d mode tap;"
                        + "ip link set near%1$d master side%1$d up; ip link set far%1$d master lan up")
                .formatted(number));
        List<String> wire = place.inside(List.of(
                "perl",
                Resources.file(home, "wire").toString(),
                "near" + number,
                "far" + number,
                Long.toString(delay.toMillis())));
        try {
            Process process = new ProcessBuilder(wire)
                    .redirectError(home.resolve("wire.log").toFile())
                    .start();
            wires.put(number, process);
            String ready = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (ready == null) {
                throw new IllegalStateException("no wire: see " + home.resolve("wire.log"));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        place.onNetwork("ip link set %s master side%d".formatted(port(number), number));
    }

    void shorten(int number) {
        Process wire = wires.remove(number);
        if (wire != null) {
            restore(number);
            try {
                wire.getOutputStream().close();
                wire.waitFor();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            place.onNetwork("ip link del side%1$d; ip tuntap del near%1$d mode tap; ip tuntap del far%1$d mode tap"
                    .formatted(number));
        }
    }

    /** Runs a command on a computer of the network that is none of the hosts. */
    Result run(byte[] input, String... command) {
        return Commands.run(place.inside(List.of(command)), input, Map.of());
    }

    void close() {
        place.kill();
    }
}
