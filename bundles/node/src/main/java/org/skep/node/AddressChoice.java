package org.skep.node;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeAddresses;
import org.skep.control.Swarm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the operator's words, or their absence, into the addresses of this node. */
final class AddressChoice {

    private static final Logger LOG = LoggerFactory.getLogger(AddressChoice.class);

    private static final String ANY = "0.0.0.0";
    private static final int HIGHEST_PORT = 65_535;
    private static final String LOOPBACK = "127.0.0.1";

    /** What container engines make for their own networks: no other host reaches them. */
    private static final Pattern ENGINES_OWN = Pattern.compile("docker0|docker_gwbridge|br-[0-9a-f]{12}");

    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

    private final Host host;

    AddressChoice(Host host) {
        this.host = host;
    }

    /**
     * The addresses of a node that enters a swarm.
     *
     * @param remote who it will talk to: if several addresses would do, the one on the way there is taken
     * @throws SkepException {@code INVALID_ADDRESS} that says what is there
     */
    Place choose(Swarm.Addresses words, Optional<Endpoint> remote) {
        Endpoint listen = Endpoint.parse(words.listen().orElse(ANY), Endpoint.MANAGER_PORT);
        checkPort(listen);
        String bound = listenHost(listen.host());
        String dataPath = words.dataPath().orElse("");
        if (!dataPath.isEmpty()) {
            advertised(dataPath);
        }
        if (words.advertise().isPresent()) {
            Endpoint wanted = Endpoint.parse(words.advertise().get(), listen.port());
            checkPort(wanted);
            Endpoint advertise = new Endpoint(advertised(wanted.host()), wanted.port());
            return new Place(listen.toString(), advertise, wanted.host(), dataPath);
        }
        String chosen = isAny(bound) ? best(remote) : bound;
        return new Place(listen.toString(), new Endpoint(chosen, listen.port()), "", dataPath);
    }

    /** The same place on a host whose addresses may have changed since. What the operator has named as such stays. */
    Place revise(Place before, Optional<Endpoint> remote) {
        String address = before.advertise().host();
        if (isHere(address)) {
            return before;
        }
        boolean named = !before.wanted().isEmpty() && named(before.wanted()).isEmpty();
        if (named) {
            LOG.debug("The advertised address {} is not one of this host any more; there are {}", address, present());
            return before;
        }
        try {
            String bound = listenHost(
                    Endpoint.parse(before.listen(), Endpoint.MANAGER_PORT).host());
            String next =
                    !before.wanted().isEmpty() ? advertised(before.wanted()) : isAny(bound) ? best(remote) : bound;
            if (literal(next).isLoopbackAddress()) {
                // A network that is not there, or not yet.
                return before;
            }
            LOG.info("This host's address {} is gone: others reach it at {} from now on", address, next);
            return before.advertising(new Endpoint(next, before.advertise().port()));
        } catch (SkepException e) {
            LOG.debug("The advertised address {} is gone, and no other is clear: {}", address, e.line());
            return before;
        }
    }

    /** What the place means at present. A manager whose own address is gone listens where nobody else reaches it. */
    NodeAddresses resolve(Place place) {
        Endpoint listen = Endpoint.parse(place.listen(), Endpoint.MANAGER_PORT);
        String bound;
        try {
            bound = listenHost(listen.host());
        } catch (SkepException e) {
            LOG.error("{}; listening on {} instead", e.line(), LOOPBACK);
            bound = LOOPBACK;
        }
        return new NodeAddresses(new Endpoint(bound, listen.port()), place.advertise());
    }

    private static void checkPort(Endpoint manager) {
        if (manager.port() == HIGHEST_PORT) {
            throw invalid("port " + HIGHEST_PORT + " has none after it, which consensus needs", "a lower port");
        }
    }

    private String listenHost(String word) {
        if (LITERAL.matcher(word).matches()) {
            InetAddress address = literal(word);
            if (!address.isAnyLocalAddress() && !isHere(word)) {
                throw notHere(word, "listen address");
            }
            return text(address);
        }
        return named(word)
                .map(AddressChoice::only)
                .orElseThrow(() -> invalid(
                        "cannot listen on '" + word + "': there is no such interface",
                        "an address or an interface of this host, and no host name: " + present()));
    }

    private String advertised(String word) {
        if (LITERAL.matcher(word).matches()) {
            InetAddress address = literal(word);
            if (address.isAnyLocalAddress()) {
                throw invalid(
                        "cannot advertise " + word + ": other hosts cannot reach it",
                        "an address of this host: " + present());
            }
            if (!isHere(word)) {
                throw notHere(word, "address");
            }
            return text(address);
        }
        Optional<Host.Interface> named = named(word);
        return named.isPresent() ? only(named.get()) : ownName(word);
    }

    /** A host name stays one: its address may change. */
    private String ownName(String name) {
        List<InetAddress> addresses;
        try {
            addresses = host.resolve(name);
        } catch (UnknownHostException e) {
            throw invalid(
                    "cannot advertise '" + name + "': it is neither an interface nor a host name known here",
                    "an address of this host: " + present());
        }
        if (addresses.stream().noneMatch(address -> address.isLoopbackAddress() || isHere(text(address)))) {
            throw notHere(name, "host name");
        }
        return name;
    }

    private static InetAddress literal(String word) {
        try {
            InetAddress address = InetAddress.getByName(word);
            if (word.contains(":") || word.equals(address.getHostAddress())) {
                return address;
            }
        } catch (UnknownHostException e) {
            LOG.debug("no address: {}", word, e);
        }
        throw invalid("invalid address '" + word + "'", "an IPv4 or IPv6 address");
    }

    private Optional<Host.Interface> named(String name) {
        return host.interfaces().stream()
                .filter(known -> known.name().equals(name))
                .findFirst();
    }

    private static String only(Host.Interface known) {
        List<String> candidates = candidates(known.addresses(), address -> true);
        if (candidates.isEmpty()) {
            throw invalid("interface " + known.name() + " has no address", "another interface, or an address");
        }
        if (candidates.size() > 1) {
            throw invalid(
                    "interface " + known.name() + " has several addresses: " + String.join(", ", candidates),
                    "name one of them");
        }
        return candidates.get(0);
    }

    private String best(Optional<Endpoint> remote) {
        List<String> candidates = outward();
        if (candidates.isEmpty()) {
            return LOOPBACK;
        }
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        return remote.flatMap(host::towards)
                .map(AddressChoice::text)
                .filter(this::isHere)
                .orElseThrow(() -> invalid(
                        "this host has several addresses that others might use: " + String.join(", ", candidates),
                        "choose one with --advertise-addr"));
    }

    private List<String> outward() {
        List<InetAddress> addresses = host.interfaces().stream()
                .filter(known -> known.up() && !known.loopback())
                .filter(known -> !ENGINES_OWN.matcher(known.name()).matches())
                .flatMap(known -> known.addresses().stream())
                .toList();
        return candidates(addresses, address -> !address.isLoopbackAddress());
    }

    /** IPv4 where there is any, else IPv6. */
    private static List<String> candidates(List<InetAddress> addresses, Predicate<InetAddress> wanted) {
        List<InetAddress> lasting = addresses.stream()
                .filter(address -> !address.isLinkLocalAddress())
                .filter(wanted)
                .toList();
        List<String> four = lasting.stream()
                .filter(Inet4Address.class::isInstance)
                .map(AddressChoice::text)
                .toList();
        return four.isEmpty() ? lasting.stream().map(AddressChoice::text).toList() : four;
    }

    private boolean isHere(String word) {
        if (!LITERAL.matcher(word).matches()) {
            // A host name may lead anywhere, and back.
            return true;
        }
        String address = text(literal(word));
        return host.interfaces().stream()
                .flatMap(known -> known.addresses().stream())
                .map(AddressChoice::text)
                .anyMatch(address::equals);
    }

    private static boolean isAny(String address) {
        return literal(address).isAnyLocalAddress();
    }

    private String present() {
        String all = host.interfaces().stream()
                .filter(known -> !known.loopback())
                .flatMap(known -> known.addresses().stream()
                        .filter(address -> !address.isLinkLocalAddress())
                        .map(address -> text(address) + " (" + known.name() + ")"))
                .collect(Collectors.joining(", "));
        return all.isEmpty() ? LOOPBACK : all;
    }

    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst("%.*", "");
    }

    private SkepException notHere(String word, String what) {
        return invalid(what + " " + word + " is not on this host", "there are " + present());
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("INVALID_ADDRESS", message, hint);
    }
}
