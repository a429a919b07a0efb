package org.skep.rpc.server;

import io.grpc.BindableService;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.NodeAddresses;
import org.skep.api.node.NodeCredentials;
import org.skep.protocol.ResourceAllocatorGrpc;
import org.skep.rpc.client.ManagerConnections;
import org.skep.rpc.transport.RpcThreads;
import org.skep.rpc.transport.Tls;
import org.skep.store.Consensus;
import org.skep.store.Proposer;
import org.skep.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A manager's port. Serves every {@link BindableService} there is, and passes on to the leader what workers ask of managers
 * and nobody here answers.
 */
@Component(
        service = {},
        immediate = true)
@SatisfyingConditionTarget("(osgi.condition.id=skep.manager)")
public final class RpcServer {

    private static final Logger LOG = LoggerFactory.getLogger(RpcServer.class);
    private static final long RETRY_MILLIS = 1_000;

    /** @param patience how long a call may wait for a leader */
    record Limits(Gate.Limits gate, HalfSaid.Limits halfSaid, Duration patience) {
        static Limits defaults() {
            return new Limits(Gate.Limits.defaults(), HalfSaid.Limits.defaults(), Duration.ofSeconds(10));
        }
    }

    private final RpcThreads threads;
    private final NodeCredentials credentials;
    private final KnownManagers managers;
    private final Endpoint listen;
    private final Limits limits;
    private final Whiteboard services = new Whiteboard();
    private final Leaders leaders;
    private final RefusalLog log = new RefusalLog(System::nanoTime);
    private volatile Store store;
    private volatile Proposer lead;

    private Listener listener;
    private boolean closed;

    @Activate
    public RpcServer(
            @Reference RpcThreads threads,
            @Reference NodeCredentials credentials,
            @Reference NodeAddresses addresses,
            @Reference KnownManagers managers,
            @Reference ManagerConnections connections) {
        this(threads, credentials, addresses, managers, connections, Limits.defaults());
    }

    RpcServer(
            RpcThreads threads,
            NodeCredentials credentials,
            NodeAddresses addresses,
            KnownManagers managers,
            ManagerConnections connections,
            Limits limits) {
        this.threads = threads;
        this.credentials = credentials;
        this.managers = managers;
        this.listen = addresses.listen();
        this.leaders = new Leaders(threads.io(), this::addressOf, limits.patience());
        this.limits = limits;
        Forwarding forwarding = new Forwarding(leaders, connections::plain, addresses.advertise());
        services.otherwise(forwarding::method);
        services.add(new HealthService());
        services.add(new LifeService());
        // Networks for containers that are no tasks are not offered; workers are told so.
        services.add(new ResourceAllocatorGrpc.ResourceAllocatorImplBase() {});
    }

    /** The services that are there have been bound by now. */
    @Activate
    void start() {
        tryToOpen(true);
    }

    @Deactivate
    void close() throws InterruptedException {
        Listener last;
        synchronized (this) {
            closed = true;
            last = listener;
        }
        leaders.close();
        if (last != null) {
            last.close();
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bind(BindableService service) {
        services.add(service);
    }

    void unbind(BindableService service) {
        services.remove(service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindConsensus(Consensus consensus) {
        leaders.consensus(consensus);
    }

    void unbindConsensus(Consensus consensus) {
        leaders.withoutConsensus(consensus);
    }

    /** While it leads, this manager's state has all that was decided. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindLead(Proposer proposer) {
        lead = proposer;
    }

    void unbindLead(Proposer past) {
        if (lead == past) {
            lead = null;
        }
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindStore(Store present) {
        store = present;
    }

    void unbindStore(Store past) {
        if (store == past) {
            store = null;
        }
    }

    private synchronized void tryToOpen(boolean first) {
        if (closed) {
            return;
        }
        try {
            Register register = new Register(() -> Optional.ofNullable(store).map(Store::view), () -> lead != null);
            listener = new Listener(
                    new InetSocketAddress(listen.host(), listen.port()),
                    Tls.server(credentials.keyManager(), credentials.trustManager(peer -> {})),
                    threads,
                    new Gate(limits.gate(), log),
                    services,
                    new HalfSaid(threads.io(), limits.halfSaid()),
                    List.of(
                            new ErrorsAsStatus(),
                            new AnonymousCalls(),
                            new Callers(credentials.identity().clusterId(), register, log)));
            LOG.info("Managers and workers are answered on {}", listen);
        } catch (SkepException e) {
            if (first) {
                LOG.error("{}; trying again every second", e.line());
            }
            // Opening waits for a thread of these: it must not be one.
            threads.io()
                    .schedule(
                            () -> threads.client().execute(() -> tryToOpen(false)),
                            RETRY_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    private Optional<Endpoint> addressOf(String nodeId) {
        Store present = store;
        return Optional.ofNullable(present)
                .flatMap(all -> all.view().nodes().get(nodeId))
                .map(node -> node.getManagerStatus().getAddr())
                .filter(address -> !address.isEmpty())
                .map(address -> Endpoint.parse(address, Endpoint.MANAGER_PORT))
                .or(() -> managers.all().stream()
                        .filter(manager -> manager.nodeId().equals(nodeId))
                        .map(KnownManagers.Manager::address)
                        .findFirst());
    }
}
