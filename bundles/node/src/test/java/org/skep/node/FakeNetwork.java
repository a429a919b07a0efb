package org.skep.node;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.skep.api.node.Endpoint;

/** A host with the interfaces and names a test gives it. */
final class FakeNetwork implements Host {

    private final Set<String> down = new HashSet<>();
    private final Map<String, String> names = new HashMap<>();
    private final List<Interface> interfaces = new CopyOnWriteArrayList<>();
    private String way;

    FakeNetwork() {
        add("lo", "127.0.0.1", "::1");
    }

    FakeNetwork add(String name, String... addresses) {
        interfaces.add(new Interface(
                name,
                name.equals("lo"),
                !down.contains(name),
                Stream.of(addresses).map(FakeNetwork::address).toList()));
        return this;
    }

    FakeNetwork remove(String name) {
        interfaces.removeIf(known -> known.name().equals(name));
        return this;
    }

    /** Takes the link from an interface that is yet to be added. */
    FakeNetwork down(String name) {
        down.add(name);
        return this;
    }

    FakeNetwork name(String name, String address) {
        names.put(name, address);
        return this;
    }

    FakeNetwork way(String address) {
        way = address;
        return this;
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public List<Interface> interfaces() {
        return List.copyOf(interfaces);
    }

    @Override
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        if (!names.containsKey(name)) {
            throw new UnknownHostException(name);
        }
        return List.of(address(names.get(name)));
    }

    @Override
    public Optional<InetAddress> towards(Endpoint remote) {
        return Optional.ofNullable(way).map(FakeNetwork::address);
    }
}
