package org.skep.pki.node;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.NodeIdentity;
import org.skep.pki.NodeKeys;
import org.skep.pki.UnlockKey;
import org.skep.pki.authority.ClusterFollower;
import org.skep.pki.authority.LeaderCa;
import org.skep.pki.authority.ManagerCa;
import org.skep.pki.x509.Roots;
import org.skep.protocol.CAConfig;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.EncryptionConfig;
import org.skep.protocol.GetRootCACertificateRequest;
import org.skep.protocol.GetRootCACertificateResponse;
import org.skep.protocol.GetUnlockKeyRequest;
import org.skep.protocol.GetUnlockKeyResponse;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.IssueNodeCertificateResponse;
import org.skep.protocol.Node;
import org.skep.protocol.NodeCertificateStatusRequest;
import org.skep.protocol.NodeCertificateStatusResponse;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.rpc.Caller;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

/** A swarm of nodes that have nothing but their keys, with the CA of a leader, on one clock. */
final class SwarmRig implements Desks, AutoCloseable {

    static final Endpoint LEADER = new Endpoint("10.0.0.1", 2377);
    static final String CLUSTER = "zyxwvutsrqponmlkjihgfedcb";
    static final String FIRST = "0123456789abcdefghijklmno";

    final ManualLoops loops = new ManualLoops();
    final TestStore store = new TestStore(loops.clock());
    final KeyRig first;
    final LeaderCa ca;
    final ManagerCa managerCa;
    boolean unreachable;
    int calls;

    private final Path directory;
    private final List<ClusterFollower> followers = new ArrayList<>();
    private int nodes;

    SwarmRig(Path directory, Duration life) {
        this(directory, life, Optional.empty());
    }

    SwarmRig(Path directory, Duration life, Optional<UnlockKey> lock) {
        this.directory = directory;
        first = rig();
        NodeKeys.Founded founded = first.node.create(FIRST, CLUSTER, life, lock.map(UnlockKey::bytes));
        store.write(tx -> {
            tx.create(Cluster.newBuilder()
                    .setId(CLUSTER)
                    .setRootCa(founded.root())
                    .setSpec(ClusterSpec.newBuilder()
                            .setEncryptionConfig(EncryptionConfig.newBuilder().setAutoLockManagers(lock.isPresent()))
                            .setCaConfig(CAConfig.newBuilder()
                                    .setNodeCertExpiry(com.google.protobuf.Duration.newBuilder()
                                            .setSeconds(life.toSeconds()))))
                    .addAllUnlockKeys(UnlockKey.replaced(List.of(), lock))
                    .build());
            tx.create(Node.newBuilder()
                    .setId(FIRST)
                    .setRole(NodeRole.NODE_ROLE_MANAGER)
                    .setSpec(NodeSpec.newBuilder()
                            .setDesiredRole(NodeRole.NODE_ROLE_MANAGER)
                            .setMembership(NodeSpec.Membership.ACCEPTED))
                    .setCertificate(founded.certificate())
                    .build());
        });
        ca = new LeaderCa(store, loops);
        managerCa = new ManagerCa(store);
        manage(first);
        loops.settle();
    }

    /** A node that is in no swarm yet. */
    KeyRig rig() {
        try {
            KeyRig rig = new KeyRig(Files.createDirectory(directory.resolve("node" + nodes)), loops, nodes);
            nodes++;
            rig.desks = this;
            return rig;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The node has the store of a manager. */
    void manage(KeyRig rig) {
        followers.add(new ClusterFollower(store, loops, rig.node));
    }

    KeyRig join(NodeRole role) throws InterruptedException {
        KeyRig rig = rig();
        rig.node.join(List.of(LEADER), token(role), NodeSpec.Availability.ACTIVE, false);
        return rig;
    }

    String token(NodeRole role) {
        return role == NodeRole.NODE_ROLE_MANAGER
                ? cluster().getRootCa().getJoinTokens().getManager()
                : cluster().getRootCa().getJoinTokens().getWorker();
    }

    Cluster cluster() {
        return store.view().cluster().orElseThrow();
    }

    Node node(KeyRig rig) {
        return store.view()
                .nodes()
                .get(rig.node.identity().orElseThrow().nodeId())
                .orElseThrow();
    }

    void changeCluster(UnaryOperator<Cluster> change) {
        store.write(tx -> tx.update(change.apply(tx.cluster().orElseThrow())));
    }

    void changeNode(KeyRig rig, UnaryOperator<Node> change) {
        String id = node(rig).getId();
        store.write(tx -> tx.update(change.apply(tx.nodes().get(id).orElseThrow())));
    }

    @Override
    public Stranger stranger(Endpoint manager) {
        return new Stranger() {
            @Override
            public byte[] rootCertificate() {
                return root(manager);
            }

            @Override
            public Desk proven(Roots roots) {
                return desk(manager, Optional.empty());
            }

            @Override
            public void close() {}
        };
    }

    private byte[] root(Endpoint manager) {
        checkReachable(manager);
        return this.<GetRootCACertificateRequest, GetRootCACertificateResponse>call(
                        managerCa::getRootCACertificate,
                        GetRootCACertificateRequest.getDefaultInstance(),
                        Optional.empty())
                .join()
                .getCertificate()
                .toByteArray();
    }

    @Override
    public Desk as(Credential credential, Endpoint manager) {
        return desk(manager, Optional.of(credential));
    }

    /** The node has the CA of the leader in its own daemon. */
    void lead(KeyRig rig) {
        rig.node.leader = self -> new LocalDesk(Optional.of(self));
    }

    private void checkReachable(Endpoint manager) {
        if (unreachable) {
            throw SkepException.external("UNREACHABLE", "the manager at " + manager + " does not answer", "", null);
        }
    }

    private Desk desk(Endpoint manager, Optional<Credential> credential) {
        checkReachable(manager);
        // What TLS would do: an expired certificate gets no connection.
        credential.ifPresent(mine -> {
            if (mine.expires().isBefore(loops.now())) {
                throw SkepException.external("UNREACHABLE", "the manager refused an expired certificate", "", null);
            }
        });
        return new LocalDesk(credential.map(Credential::identity));
    }

    private final class LocalDesk implements Desk {

        private final Optional<NodeIdentity> caller;

        LocalDesk(Optional<NodeIdentity> caller) {
            this.caller = caller;
        }

        @Override
        public IssueNodeCertificateResponse issue(IssueNodeCertificateRequest request) {
            return await(call(ca::issueNodeCertificate, request, caller));
        }

        @Override
        public NodeCertificateStatusResponse status(String nodeId) {
            CompletableFuture<NodeCertificateStatusResponse> answer = call(
                    ca::nodeCertificateStatus,
                    NodeCertificateStatusRequest.newBuilder().setNodeId(nodeId).build(),
                    caller);
            loops.settle();
            return answer.isDone() ? await(answer) : NodeCertificateStatusResponse.getDefaultInstance();
        }

        @Override
        public GetUnlockKeyResponse unlockKey() {
            return await(SwarmRig.this.<GetUnlockKeyRequest, GetUnlockKeyResponse>call(
                    managerCa::getUnlockKey, GetUnlockKeyRequest.getDefaultInstance(), caller));
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    <Q, A> CompletableFuture<A> call(BiConsumer<Q, StreamObserver<A>> method, Q request, Optional<NodeIdentity> who) {
        calls++;
        CompletableFuture<A> answer = new CompletableFuture<>();
        Caller caller = new Caller(who, "10.0.0.9:" + (40_000 + calls), "", "");
        try {
            caller.in(Context.current())
                    .run(() -> method.accept(request, new StreamObserver<>() {
                        @Override
                        public void onNext(A value) {
                            answer.complete(value);
                        }

                        @Override
                        public void onError(Throwable failure) {
                            answer.completeExceptionally(failure);
                        }

                        @Override
                        public void onCompleted() {
                            // The answer was all.
                        }
                    }));
        } catch (SkepException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    @Override
    public void close() {
        store.close();
    }
}
