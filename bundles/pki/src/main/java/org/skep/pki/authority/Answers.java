package org.skep.pki.authority;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.skep.api.ErrorKind;
import org.skep.api.SkepException;
import org.skep.protocol.IssuanceStatus.State;
import org.skep.protocol.Node;
import org.skep.protocol.NodeCertificateStatusResponse;
import org.skep.store.Change;
import org.skep.store.Changes;
import org.skep.store.Kind;
import org.skep.store.Store;

/** Those who wait for their certificates. */
final class Answers implements AutoCloseable {

    /** Anyone may wait: there must be an end to what that costs. */
    private static final int MOST = 4096;

    private final Store store;
    private final Store.Watch watch;
    private final Map<String, List<CompletableFuture<NodeCertificateStatusResponse>>> waiting = new HashMap<>();
    private int count;

    Answers(Store store) {
        this.store = store;
        this.watch = store.watch(EnumSet.of(Kind.NODE), this::changed);
    }

    /** Completes when the node's certificate is issued, or never will be. Whoever does not wait any more cancels it. */
    CompletableFuture<NodeCertificateStatusResponse> of(String nodeId) {
        if (nodeId.isEmpty()) {
            return CompletableFuture.failedFuture(
                    SkepException.user("INVALID_ARGUMENT", "the node's ID is missing", ""));
        }
        CompletableFuture<NodeCertificateStatusResponse> answer = new CompletableFuture<>();
        synchronized (this) {
            // Once we listen: a change in between is not missed.
            if (count >= MOST) {
                return CompletableFuture.failedFuture(new SkepException(
                        ErrorKind.RESOURCE, "TOO_MANY_WAIT", "too many nodes wait for certificates", "", null));
            }
            waiting.computeIfAbsent(nodeId, id -> new ArrayList<>()).add(answer);
            count++;
        }
        answer.whenComplete((response, failure) -> forget(nodeId, answer));
        settle(answer, store.view().nodes().get(nodeId), nodeId);
        return answer;
    }

    private static void settle(
            CompletableFuture<NodeCertificateStatusResponse> answer, Optional<Node> node, String nodeId) {
        if (node.isEmpty()) {
            answer.completeExceptionally(
                    SkepException.user("NOT_FOUND", "node " + nodeId + " does not belong to this swarm", ""));
            return;
        }
        State state = node.get().getCertificate().getStatus().getState();
        if (state == State.ISSUED || state == State.FAILED || state == State.ROTATE) {
            answer.complete(NodeCertificateStatusResponse.newBuilder()
                    .setStatus(node.get().getCertificate().getStatus())
                    .setCertificate(node.get().getCertificate())
                    .build());
        }
    }

    private synchronized void forget(String nodeId, CompletableFuture<NodeCertificateStatusResponse> answer) {
        List<CompletableFuture<NodeCertificateStatusResponse>> others = waiting.get(nodeId);
        if (others != null && others.remove(answer)) {
            count--;
            if (others.isEmpty()) {
                waiting.remove(nodeId);
            }
        }
    }

    private void changed(Changes changes) {
        for (Change change : changes.changes()) {
            for (CompletableFuture<NodeCertificateStatusResponse> answer : waitingFor(change.id())) {
                settle(answer, Optional.ofNullable((Node) change.after()), change.id());
            }
        }
    }

    private synchronized List<CompletableFuture<NodeCertificateStatusResponse>> waitingFor(String nodeId) {
        return List.copyOf(waiting.getOrDefault(nodeId, List.of()));
    }

    @Override
    public void close() {
        watch.close();
        List<CompletableFuture<NodeCertificateStatusResponse>> left = new ArrayList<>();
        synchronized (this) {
            waiting.values().forEach(left::addAll);
        }
        left.forEach(answer -> answer.completeExceptionally(
                SkepException.state("NO_LEADER", "this manager does not lead any more", "try again")));
    }
}
