package org.skep.node;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.NodeIdentity;
import org.skep.control.Swarm.Admission;
import org.skep.control.Swarm.Creation;
import org.skep.control.Swarm.Joined;
import org.skep.pki.NodeKeys;
import org.skep.pki.UnlockKey;
import org.skep.protocol.Ids;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Times;
import org.skep.store.Consensus;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings this node into a swarm, a new one or one that exists; a swarm it did not get into leaves no trace.
 *
 * @param hostname of this node
 */
record Admittance(
        Presence presence,
        AddressChoice addresses,
        Ports ports,
        ManagerServices services,
        RoleKeeper roles,
        String hostname,
        Patience patience) {

    private static final Logger LOG = LoggerFactory.getLogger(Admittance.class);

    String init(Creation creation) throws InterruptedException {
        String nodeId = Ids.random();
        presence.checkNoMember();
        presence.lifecycle().lockInterruptibly();
        try {
            presence.checkOutside();
            CreationRules.check(creation);
            Place place = addresses.choose(creation.addresses(), Optional.empty());
            ports.check(addresses.resolve(place).listen());
            NodeRecord fresh = NodeRecord.creating(nodeId, Ids.random(), place);
            begin(fresh, () -> {
                create(fresh, creation);
                presence.state().write(fresh.member(nodeId, fresh.clusterId()));
            });
            presence.conditions().work();
        } finally {
            presence.lifecycle().unlock();
        }
        awaitReady(nodeId);
        return nodeId;
    }

    /** A way into a swarm. */
    @FunctionalInterface
    private interface Entry {
        void go() throws InterruptedException;
    }

    private void begin(NodeRecord fresh, Entry entry) throws InterruptedException {
        roles.forget();
        presence.state().write(fresh);
        try {
            entry.go();
        } catch (InterruptedException | RuntimeException | Error cause) {
            undo(cause);
            throw cause;
        }
    }

    private void undo(Throwable cause) {
        try {
            presence.finish();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private void create(NodeRecord fresh, Creation creation) throws InterruptedException {
        Optional<UnlockKey> unlockKey = creation.spec().getEncryptionConfig().getAutoLockManagers()
                ? Optional.of(UnlockKey.random())
                : Optional.empty();
        Duration expiry =
                Times.duration(NewSwarm.complete(creation.spec()).getCaConfig().getNodeCertExpiry());
        NodeKeys.Founded founded =
                presence.keys().create(fresh.nodeId(), fresh.clusterId(), expiry, unlockKey.map(UnlockKey::bytes));
        NewSwarm swarm = new NewSwarm(fresh, hostname, creation, founded, unlockKey);
        presence.enter(fresh);
        presence.conditions().manage();
        presence.followLeadership();
        services.lead(patience.leader(), tx -> {
            if (tx.cluster().isEmpty()) {
                swarm.objects().forEach(tx::create);
            }
        });
    }

    /** A node that takes long to be ready is a member all the same. */
    private void awaitReady(String nodeId) throws InterruptedException {
        Store source = services.store();
        if (source == null) {
            return;
        }
        CountDownLatch ready = new CountDownLatch(1);
        try (Store.Watch watch = source.watch(EnumSet.of(Kind.NODE), changes -> changes.view()
                .nodes()
                .get(nodeId)
                .filter(node -> node.getStatus().getState() == NodeStatus.State.READY)
                .ifPresent(node -> ready.countDown()))) {
            if (!ready.await(patience.ready().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("This node is in the swarm, but not ready for tasks yet");
            }
        }
    }

    Joined join(Admission admission) throws InterruptedException {
        long deadline = System.nanoTime() + patience.joined().toNanos();
        NodeIdentity identity;
        presence.checkNoMember();
        presence.lifecycle().lockInterruptibly();
        try {
            presence.checkOutside();
            Place place = addresses.choose(admission.addresses(), Optional.of(admission.manager()));
            NodeRecord fresh = NodeRecord.joining(place, new KnownManagers.Manager("", admission.manager()));
            begin(fresh, () -> {
                NodeIdentity given =
                        identify(admission, taken(addresses.resolve(place).listen()));
                presence.state().write(fresh.member(given.nodeId(), given.clusterId()));
            });
            presence.enter(presence.checkMember());
            identity = presence.keys().identity().orElseThrow();
            presence.takePart(identity);
        } finally {
            presence.lifecycle().unlock();
        }
        boolean manager = identity.manager();
        boolean ready = services.await(() -> roles.heard() && (!manager || votes()), deadline);
        return new Joined(identity.nodeId(), manager, !ready);
    }

    /**
     * Only the swarm knows which role the token stands for, and a worker needs no ports: so the swarm is told what cannot
     * be before it takes this node up.
     */
    private NodeIdentity identify(Admission admission, Optional<SkepException> taken) throws InterruptedException {
        try {
            return presence.keys()
                    .join(List.of(admission.manager()), admission.token(), admission.availability(), taken.isPresent());
        } catch (SkepException e) {
            throw e.code().equals(NodeKeys.WORKER_ONLY) ? taken.orElse(e) : e;
        }
    }

    /** Why this node cannot be a manager at present; empty if it can. */
    private Optional<SkepException> taken(Endpoint listen) {
        try {
            ports.check(listen);
            return Optional.empty();
        } catch (SkepException e) {
            return Optional.of(e);
        }
    }

    private boolean votes() {
        return services.consensus().filter(Consensus.Status::voter).isPresent();
    }
}
