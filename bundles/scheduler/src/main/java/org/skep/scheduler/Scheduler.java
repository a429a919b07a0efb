package org.skep.scheduler;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.skep.api.node.Roles;
import org.skep.api.scheduling.PlacementStrategy;
import org.skep.protocol.placement.Rebalancer;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loops;
import org.skep.store.loop.StoreLoop;

/** Assigns pending tasks to nodes, and knows which tasks would better be elsewhere. */
@Component(immediate = true)
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.LEADER + ")")
public final class Scheduler implements Rebalancer {

    private final Store store;
    private final Loop loop;
    private final Strategies strategies = new Strategies();
    private final Scheduling scheduling;
    private final StoreLoop changes;

    @Activate
    public Scheduler(@Reference Store store, @Reference Loops loops) {
        this.store = store;
        loop = loops.open("skep-scheduler");
        scheduling = new Scheduling(store, strategies);
        changes = new StoreLoop(loop, store, EnumSet.of(Kind.TASK, Kind.NODE, Kind.VOLUME), scheduling);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addStrategy(PlacementStrategy strategy, Map<String, Object> properties) {
        strategies.add(name(properties), strategy);
        loop.execute(() -> scheduling.strategyCame(name(properties)));
    }

    void removeStrategy(PlacementStrategy strategy, Map<String, Object> properties) {
        strategies.remove(name(properties), strategy);
    }

    private static String name(Map<String, Object> properties) {
        return String.valueOf(properties.get(PlacementStrategy.PROPERTY));
    }

    @Override
    public List<Move> plan() {
        Rehearsal rehearsal = new Rehearsal(store.view(), loop.now());
        new Rebalancing(rehearsal, strategies).run();
        return rehearsal.moves();
    }

    @Deactivate
    void close() {
        changes.close();
        loop.close();
    }
}
