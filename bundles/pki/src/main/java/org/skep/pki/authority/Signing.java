package org.skep.pki.authority;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.NodeCertificates;
import org.skep.pki.x509.Authority;
import org.skep.pki.x509.CertificateRequest;
import org.skep.protocol.Certificate;
import org.skep.protocol.Cluster;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.IssuanceStatus.State;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec.Membership;
import org.skep.protocol.RootCA;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Batches;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.Timers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs what nodes have asked for, with the role that the swarm has given them. */
final class Signing implements Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Signing.class);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final Store store;
    private Timers timers;
    private RootCA root = RootCA.getDefaultInstance();
    private Authority authority;

    Signing(Store store) {
        this.store = store;
    }

    /** What was signed for the request in {@code base}. */
    private record Signed(Node base, Certificate certificate) {}

    @Override
    public void attach(Timers clock) {
        timers = clock;
    }

    @Override
    public void resync(View view) throws InterruptedException {
        sign(view, List.copyOf(view.nodes().all()));
    }

    @Override
    public void changed(View view, List<Change> changes) throws InterruptedException {
        Set<String> ids = new LinkedHashSet<>();
        for (Change change : changes) {
            if (change.kind() == Kind.NODE) {
                ids.add(change.id());
            }
        }
        List<Node> nodes = new ArrayList<>();
        ids.forEach(id -> view.nodes().get(id).ifPresent(nodes::add));
        sign(view, nodes);
    }

    private void sign(View view, List<Node> nodes) throws InterruptedException {
        List<Node> waiting = nodes.stream().filter(Signing::waits).toList();
        Cluster cluster = view.cluster().orElse(null);
        if (waiting.isEmpty() || cluster == null) {
            return;
        }
        try {
            if (authority == null || !root.equals(cluster.getRootCa())) {
                authority = Authority.of(cluster.getRootCa());
                root = cluster.getRootCa();
            }
        } catch (GeneralSecurityException e) {
            LOG.error("certificates cannot be signed: the root CA of the swarm is not readable: {}", e.getMessage());
            timers.after(RETRY, () -> resync(store.view()));
            return;
        }
        Instant now = timers.now();
        List<Signed> signed =
                waiting.stream().map(node -> sign(cluster, node, now)).toList();
        Batches.update(store, signed, (tx, result) -> tx.nodes()
                .get(result.base().getId())
                .filter(node -> waits(node)
                        && node.getCertificate()
                                .getCsr()
                                .equals(result.base().getCertificate().getCsr())
                        && node.getRole() == result.base().getRole())
                .ifPresent(node -> tx.update(
                        node.toBuilder().setCertificate(result.certificate()).build())));
    }

    private static boolean waits(Node node) {
        State state = node.getCertificate().getStatus().getState();
        return (state == State.PENDING || state == State.RENEW)
                && node.getSpec().getMembership() == Membership.ACCEPTED;
    }

    private Signed sign(Cluster cluster, Node node, Instant now) {
        Certificate asked = node.getCertificate().toBuilder()
                .setRole(node.getRole())
                .setCn(node.getId())
                .build();
        NodeIdentity identity =
                new NodeIdentity(node.getId(), node.getRole() == NodeRole.NODE_ROLE_MANAGER, cluster.getId());
        try {
            PublicKey key =
                    CertificateRequest.publicKey(node.getCertificate().getCsr().toByteArray());
            return new Signed(
                    node,
                    NodeCertificates.issued(
                            asked, authority.issue(key, identity, NodeCertificates.life(cluster), now)));
        } catch (GeneralSecurityException e) {
            LOG.warn("no certificate for node {}: {}", node.getId(), e.getMessage());
            return new Signed(
                    node,
                    asked.toBuilder()
                            .setStatus(IssuanceStatus.newBuilder()
                                    .setState(State.FAILED)
                                    .setErr(String.valueOf(e.getMessage())))
                            .build());
        }
    }

    @Override
    public String toString() {
        return "signing certificates";
    }
}
