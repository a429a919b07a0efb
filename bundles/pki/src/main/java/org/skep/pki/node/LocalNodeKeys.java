package org.skep.pki.node;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.NodeCertificates;
import org.skep.pki.NodeKeys;
import org.skep.pki.RootRotation;
import org.skep.pki.UnlockKey;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.KeyRules;
import org.skep.pki.x509.Roots;
import org.skep.protocol.Certificate;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.RootCA;
import org.skep.rpc.CertificateConnections;
import org.skep.rpc.Loopback;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loops;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys in this node's state directory. */
@Component(service = {NodeKeys.class, ClusterKeys.class})
public final class LocalNodeKeys implements NodeKeys, ClusterKeys {

    private static final Logger LOG = LoggerFactory.getLogger(LocalNodeKeys.class);
    private static final String DIRECTORY = "keys";
    /** After which the daemon has started. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final KeyFiles files;
    private final KeyRing ring;
    private final Clock clock;
    private final Pauses pauses;
    private final Loop loop;
    private final RenewalTimer timer;
    private final Enrolment enrolment;
    private final Renewal renewal;
    private final ReentrantLock renewing = new ReentrantLock();

    // Those who connect to others come and go while keys stay open.
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile CertificateConnections connections;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile KnownManagers managers;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile LeaderDesk leader;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Loopback loopback;

    @Activate
    public LocalNodeKeys(BundleContext context, @Reference NodeConfig config, @Reference Loops loops) {
        files = new KeyFiles(config.stateDir().resolve(DIRECTORY));
        clock = Clock.systemUTC();
        pauses = LocalNodeKeys::sleep;
        Random random = new SecureRandom();
        ring = new KeyRing(files, services(context), clock);
        loop = loops.open("skep-certificate");
        Desks desks = new Channels(() -> connections, clock);
        loop.after(IDLE, () -> rehearse(desks));
        enrolment = new Enrolment(desks, clock, pauses);
        renewal = new Renewal(desks, this::own, this::addresses, clock, pauses, random);
        timer = new RenewalTimer(loop, ring::credential, this::renewInRole, random);
    }

    /** For tests. */
    LocalNodeKeys(
            KeyFiles files,
            KeyRing.Services services,
            Desks desks,
            KnownManagers managers,
            Loops loops,
            Clock clock,
            Pauses pauses,
            Random random) {
        this.files = files;
        this.clock = clock;
        this.pauses = pauses;
        this.managers = managers;
        ring = new KeyRing(files, services, clock);
        loop = loops.open("skep-certificate");
        enrolment = new Enrolment(desks, clock, pauses);
        renewal = new Renewal(desks, this::own, this::addresses, clock, pauses, random);
        timer = new RenewalTimer(loop, ring::credential, this::renewInRole, random);
    }

    /** A node that is in no swarm will be asked to join one. */
    private void rehearse(Desks desks) {
        Loopback present = loopback;
        if (present == null || state() != State.ABSENT) {
            return;
        }
        try {
            new Rehearsal(present, desks, clock, pauses).run();
        } catch (SkepException e) {
            LOG.debug("joining a swarm was not rehearsed: {}", e.line());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static KeyRing.Services services(BundleContext context) {
        return new KeyRing.Services() {
            @Override
            public <T> Runnable register(Class<T> type, T service) {
                ServiceRegistration<T> registration = context.registerService(type, service, null);
                return () -> {
                    try {
                        registration.unregister();
                    } catch (IllegalStateException e) {
                        LOG.debug("{} has gone along with its bundle", type.getSimpleName());
                    }
                };
            }
        };
    }

    private static void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
    }

    private Optional<Desk> own() {
        LeaderDesk present = leader;
        Optional<Credential> credential = ring.credential();
        return present == null ? Optional.empty() : credential.map(mine -> present.forNode(mine.identity()));
    }

    private List<Endpoint> addresses() {
        KnownManagers present = managers;
        return present == null
                ? List.of()
                : present.all().stream().map(KnownManagers.Manager::address).toList();
    }

    @Override
    public State state() {
        return files.state();
    }

    @Override
    public Founded create(String nodeId, String clusterId, Duration certificateExpiry, Optional<byte[]> autolockKey) {
        Instant now = clock.instant();
        RootCA root = RootRotation.found(now);
        KeyPair keys = KeyRules.generate();
        Duration life = certificateExpiry.compareTo(NodeCertificates.SHORTEST_LIFE) < 0
                ? NodeCertificates.DEFAULT_LIFE
                : certificateExpiry;
        try {
            List<X509Certificate> chain =
                    Authority.of(root).issue(keys.getPublic(), new NodeIdentity(nodeId, true, clusterId), life, now);
            Credential credential = new Credential(
                    chain, keys.getPrivate(), Roots.of(root.getCaCert().toByteArray()));
            ring.begin(new OpenKeys(credential, AesStateCipher.randomKey(), autolockKey.map(UnlockKey::of), 0));
            timer.restart();
            return new Founded(
                    root,
                    NodeCertificates.issued(
                            Certificate.newBuilder()
                                    .setRole(NodeRole.NODE_ROLE_MANAGER)
                                    .setCn(nodeId)
                                    .build(),
                            chain));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public NodeIdentity join(
            List<Endpoint> addresses, String token, NodeSpec.Availability availability, boolean workerOnly)
            throws InterruptedException {
        ring.begin(enrolment.join(addresses, token, availability, workerOnly));
        timer.restart();
        return ring.required().credential().identity();
    }

    @Override
    public NodeIdentity open() {
        return open(Optional.empty());
    }

    @Override
    public NodeIdentity unlock(String key) {
        return open(Optional.of(UnlockKey.parse(key)));
    }

    private NodeIdentity open(Optional<UnlockKey> key) {
        OpenKeys keys = files.open(key);
        if (keys.credential().expires().isBefore(clock.instant())) {
            LOG.warn(
                    "the certificate of this node expired at {}: managers accept it no more. If there is no manager left "
                            + "that leads, 'swarm init --force-new-cluster' on one of them begins again; other nodes "
                            + "leave and join",
                    keys.credential().expires());
        }
        ring.show(keys);
        timer.restart();
        return keys.credential().identity();
    }

    @Override
    public Optional<NodeIdentity> identity() {
        return ring.credential().map(Credential::identity);
    }

    @Override
    public NodeIdentity renew(boolean manager) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                if (ring.required().credential().identity().manager() != manager) {
                    renewOnce(next -> {});
                }
                if (ring.required().credential().identity().manager() == manager) {
                    return settle(manager);
                }
                LOG.info("the managers do not give this node its new role yet");
            } catch (SkepException e) {
                if (e.code().equals("KEYS_CLOSED") || e.code().equals("KEYS_UNWRITABLE")) {
                    throw e;
                }
                LOG.warn("the node's certificate was not renewed: {}", e.line());
            }
            pauses.pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /** A manager must know what to lock its keys with. */
    private NodeIdentity settle(boolean manager) throws InterruptedException {
        OpenKeys keys = ring.required();
        if (manager && keys.version() == 0 && keys.lock().isEmpty()) {
            Enrolment.Lock lock = renewal.lock(keys.credential());
            ring.lock(lock.key(), lock.version());
        }
        return keys.credential().identity();
    }

    /** The rooms of a role close before its certificate goes, so that is not for a timer. */
    private void renewInRole() throws InterruptedException {
        renewOnce(next -> {
            if (next.manager() != ring.required().credential().identity().manager()) {
                throw SkepException.state("ROLE_CHANGED", "the swarm has given this node another role", "");
            }
        });
    }

    private void renewOnce(Consumer<NodeIdentity> check) throws InterruptedException {
        renewing.lockInterruptibly();
        try {
            Credential present = ring.required().credential();
            Credential next = renewal.attempt(present);
            check.accept(next.identity());
            if (ring.renewed(present, next)) {
                LOG.info("the node has a new certificate, valid until {}", next.expires());
                timer.renewed();
            }
        } finally {
            renewing.unlock();
        }
    }

    @Override
    public void trust(byte[] roots) {
        ring.trust(roots);
    }

    @Override
    public void renewSoon() {
        timer.soon();
    }

    @Override
    public void follow(byte[] roots, Optional<UnlockKey> lock, long version) {
        ring.follow(roots, lock, version);
    }

    @Override
    public void close() {
        ring.close();
        timer.restart();
    }

    @Override
    public void wipe() {
        close();
        files.wipe();
    }

    @Deactivate
    void deactivate() {
        loop.close();
        ring.close();
    }
}
