package org.skep.pki.authority;

import io.grpc.BindableService;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.skep.api.SkepException;
import org.skep.api.node.NodeIdentity;
import org.skep.api.node.Roles;
import org.skep.pki.node.Desk;
import org.skep.pki.node.LeaderDesk;
import org.skep.protocol.GetUnlockKeyResponse;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.IssueNodeCertificateResponse;
import org.skep.protocol.NodeCAGrpc;
import org.skep.protocol.NodeCertificateStatusRequest;
import org.skep.protocol.NodeCertificateStatusResponse;
import org.skep.rpc.Caller;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loops;
import org.skep.store.loop.StoreLoop;

/** The leader's CA: takes requests for certificates, signs them, and replaces the root. */
@Component(service = {BindableService.class, LeaderDesk.class})
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.LEADER + ")")
public final class LeaderCa extends NodeCAGrpc.NodeCAImplBase implements LeaderDesk {

    private final Store store;
    private final Applications applications;
    private final Answers answers;
    private final Loop loop;
    private final StoreLoop signing;
    private final StoreLoop replacing;

    @Activate
    public LeaderCa(@Reference Store store, @Reference Loops loops) {
        this.store = store;
        loop = loops.open("skep-ca");
        applications = new Applications(store, new Guard(loop::now));
        answers = new Answers(store);
        signing = new StoreLoop(loop, store, EnumSet.of(Kind.NODE), new Signing(store));
        replacing = new StoreLoop(loop, store, EnumSet.of(Kind.NODE, Kind.CLUSTER), new RootReplacement(store));
    }

    @Override
    public void issueNodeCertificate(
            IssueNodeCertificateRequest request, StreamObserver<IssueNodeCertificateResponse> observer) {
        Caller caller = Caller.current();
        send(applications.apply(caller.identity(), caller.address(), request), observer);
    }

    @Override
    public void nodeCertificateStatus(
            NodeCertificateStatusRequest request, StreamObserver<NodeCertificateStatusResponse> observer) {
        CompletableFuture<NodeCertificateStatusResponse> answer = answers.of(request.getNodeId());
        if (observer instanceof ServerCallStreamObserver<NodeCertificateStatusResponse> call) {
            call.setOnCancelHandler(() -> answer.cancel(false));
        }
        send(answer, observer);
    }

    private static <T> void send(CompletionStage<T> answer, StreamObserver<T> observer) {
        answer.whenComplete((response, failure) -> {
            if (failure == null) {
                observer.onNext(response);
                observer.onCompleted();
            } else if (!(failure instanceof CancellationException)) {
                observer.onError(failure instanceof CompletionException ? failure.getCause() : failure);
            }
        });
    }

    @Override
    public Desk forNode(NodeIdentity self) {
        return new OwnDesk(self);
    }

    private final class OwnDesk implements Desk {

        private static final long PATIENCE_SECONDS = 5;

        private final NodeIdentity self;

        OwnDesk(NodeIdentity self) {
            this.self = self;
        }

        @Override
        public IssueNodeCertificateResponse issue(IssueNodeCertificateRequest request) throws InterruptedException {
            return await(applications.apply(Optional.of(self), "this node", request))
                    .orElseThrow(() -> SkepException.state("NO_LEADER", "the swarm decides nothing now", ""));
        }

        @Override
        public NodeCertificateStatusResponse status(String nodeId) throws InterruptedException {
            CompletableFuture<NodeCertificateStatusResponse> answer = answers.of(nodeId);
            try {
                return await(answer).orElseGet(NodeCertificateStatusResponse::getDefaultInstance);
            } finally {
                answer.cancel(false);
            }
        }

        @Override
        public GetUnlockKeyResponse unlockKey() {
            return UnlockKeys.answer(store.view());
        }

        private <T> Optional<T> await(CompletionStage<T> answer) throws InterruptedException {
            try {
                return Optional.of(answer.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            } catch (TimeoutException e) {
                return Optional.empty();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof SkepException refused) {
                    throw refused;
                }
                throw new IllegalStateException(e.getCause());
            }
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Deactivate
    void close() {
        signing.close();
        replacing.close();
        loop.close();
        answers.close();
    }
}
