package org.skep.pki.authority;

import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.skep.api.SkepException;
import org.skep.api.node.NodeIdentity;
import org.skep.api.node.Roles;
import org.skep.protocol.CAGrpc;
import org.skep.protocol.Cluster;
import org.skep.protocol.GetRootCACertificateRequest;
import org.skep.protocol.GetRootCACertificateResponse;
import org.skep.protocol.GetUnlockKeyRequest;
import org.skep.protocol.GetUnlockKeyResponse;
import org.skep.rpc.Caller;
import org.skep.store.Store;

/** What every manager can tell of the swarm's CA. */
@Component(service = BindableService.class)
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.MANAGER + ")")
public final class ManagerCa extends CAGrpc.CAImplBase {

    private final Store store;

    @Activate
    public ManagerCa(@Reference Store store) {
        this.store = store;
    }

    /** Byte for byte what join tokens name: while the root is being replaced, the one that goes. */
    @Override
    public void getRootCACertificate(
            GetRootCACertificateRequest request, StreamObserver<GetRootCACertificateResponse> observer) {
        observer.onNext(GetRootCACertificateResponse.newBuilder()
                .setCertificate(UnlockKeys.cluster(store.view()).getRootCa().getCaCert())
                .build());
        observer.onCompleted();
    }

    @Override
    public void getUnlockKey(GetUnlockKeyRequest request, StreamObserver<GetUnlockKeyResponse> observer) {
        Cluster cluster = UnlockKeys.cluster(store.view());
        NodeIdentity caller = Caller.current().identity().orElse(null);
        if (caller == null
                || !caller.manager()
                || !caller.clusterId().equals(cluster.getId())
                || cluster.containsBlacklistedCertificates(caller.nodeId())) {
            throw SkepException.user("PERMISSION_DENIED", "this is for managers only", "");
        }
        observer.onNext(UnlockKeys.answer(store.view()));
        observer.onCompleted();
    }
}
