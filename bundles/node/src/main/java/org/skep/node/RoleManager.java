package org.skep.node;

import java.util.EnumSet;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.skep.api.node.Roles;
import org.skep.control.RoleObstacles;
import org.skep.store.Consensus;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loops;
import org.skep.store.loop.StoreLoop;

/** Makes managers and workers of nodes as the operator wants them; runs on the leader. */
@Component(service = RoleObstacles.class)
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.LEADER + ")")
public final class RoleManager implements RoleObstacles {

    private final Loop loop;
    private final RoleReconciler reconciler;
    private final StoreLoop changes;
    private final Consensus.Follower members;

    @Activate
    public RoleManager(@Reference Store store, @Reference Consensus consensus, @Reference Loops loops) {
        loop = loops.open("skep-roles");
        reconciler = new RoleReconciler(store, consensus, loop);
        changes = new StoreLoop(loop, store, EnumSet.of(Kind.NODE), reconciler);
        members = consensus.follow(status -> reconciler.wake());
    }

    @Override
    public Optional<String> of(String nodeId) {
        return reconciler.obstacle(nodeId);
    }

    @Deactivate
    void close() {
        members.close();
        changes.close();
        loop.close();
    }
}
