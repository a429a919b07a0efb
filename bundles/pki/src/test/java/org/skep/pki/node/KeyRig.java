package org.skep.pki.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.NodeCredentials;
import org.skep.pki.UnlockKey;
import org.skep.pki.x509.Pem;
import org.skep.store.testing.ManualLoops;

/** A node's keys with a clock, services and managers under the test's control. */
final class KeyRig implements KeyRing.Services, Desks {

    final ManualLoops loops;
    final Path keys;
    final Map<Class<?>, Object> services = new HashMap<>();
    final List<Endpoint> managers = new CopyOnWriteArrayList<>(List.of(new Endpoint("10.0.0.1", 2377)));
    final LocalNodeKeys node;
    Desks desks;

    KeyRig(Path stateDir) {
        this(stateDir, new ManualLoops(), 1);
    }

    KeyRig(Path stateDir, ManualLoops loops, long seed) {
        this.loops = loops;
        this.keys = stateDir.resolve("keys");
        node = new LocalNodeKeys(
                new KeyFiles(keys), this, this, known(), loops, loops.clock(), this::pause, new Random(seed));
    }

    private void pause(Duration duration) {
        loops.advance(duration);
    }

    KnownManagers known() {
        return new KnownManagers() {
            @Override
            public List<Manager> all() {
                return managers.stream()
                        .map(address -> new Manager("", address))
                        .toList();
            }

            @Override
            public void update(List<Manager> next) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Follower follow(Runnable listener) {
                return () -> {};
            }
        };
    }

    /** The cluster object has changed. */
    void lock(Optional<UnlockKey> lock, long version) {
        node.follow(Pem.of(service(NodeCredentials.class).roots()), lock, version);
    }

    <T> T service(Class<T> type) {
        return type.cast(services.get(type));
    }

    @Override
    public <T> Runnable register(Class<T> type, T service) {
        services.put(type, service);
        return () -> services.remove(type, service);
    }

    @Override
    public Stranger stranger(Endpoint manager) {
        return desks.stranger(manager);
    }

    @Override
    public Desk as(Credential credential, Endpoint manager) {
        return desks.as(credential, manager);
    }
}
