package org.skep.pki.authority;

import com.google.protobuf.ByteString;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.skep.api.node.Roles;
import org.skep.pki.UnlockKey;
import org.skep.pki.node.ClusterKeys;
import org.skep.protocol.Cluster;
import org.skep.protocol.TrustedRoots;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.View;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loops;
import org.skep.store.loop.Reconciler;
import org.skep.store.loop.StoreLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a manager trust, and lock its keys with, what the cluster object says. */
@Component(service = {})
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.MANAGER + ")")
public final class ClusterFollower implements Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterFollower.class);

    private final ClusterKeys keys;
    private final Loop loop;
    private final StoreLoop changes;
    private Wish followed;

    /** What of the cluster object counts here. */
    private record Wish(ByteString roots, Optional<UnlockKey> lock) {}

    @Activate
    public ClusterFollower(@Reference Store store, @Reference Loops loops, @Reference ClusterKeys keys) {
        this.keys = keys;
        loop = loops.open("skep-manager-keys");
        changes = new StoreLoop(loop, store, EnumSet.of(Kind.CLUSTER), this);
    }

    @Override
    public void resync(View view) {
        followed = null;
        view.cluster().ifPresent(this::follow);
    }

    @Override
    public void changed(View view, List<Change> events) {
        view.cluster().ifPresent(this::follow);
    }

    private void follow(Cluster cluster) {
        Wish wish = new Wish(TrustedRoots.of(cluster.getRootCa()), UnlockKey.of(cluster));
        if (wish.equals(followed)) {
            return;
        }
        if (cluster.getSpec().getEncryptionConfig().getAutoLockManagers()
                != wish.lock().isPresent()) {
            LOG.warn("the swarm does not say clearly whether managers are locked: this one stays as it is");
            return;
        }
        keys.follow(
                wish.roots().toByteArray(),
                wish.lock(),
                cluster.getMeta().getVersion().getIndex());
        followed = wish;
    }

    @Override
    public String toString() {
        return "following the cluster's keys";
    }

    @Deactivate
    void close() {
        changes.close();
        loop.close();
    }
}
