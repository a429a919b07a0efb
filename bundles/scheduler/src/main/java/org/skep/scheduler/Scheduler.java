package org.skep.scheduler;

import java.util.EnumSet;
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
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loops;
import org.skep.store.loop.StoreLoop;

/** Assigns pending tasks to nodes. */
@Component(service = {})
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.LEADER + ")")
public final class Scheduler {

    private final Loop loop;
    private final Scheduling scheduling;
    private final StoreLoop changes;

    @Activate
    public Scheduler(@Reference Store store, @Reference Loops loops) {
        loop = loops.open("skep-scheduler");
        scheduling = new Scheduling(store);
        changes = new StoreLoop(loop, store, EnumSet.of(Kind.TASK, Kind.NODE, Kind.VOLUME), scheduling);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void add(PlacementStrategy strategy, Map<String, Object> properties) {
        loop.execute(() -> scheduling.add(name(properties), strategy));
    }

    void remove(PlacementStrategy strategy, Map<String, Object> properties) {
        loop.execute(() -> scheduling.remove(name(properties), strategy));
    }

    private static String name(Map<String, Object> properties) {
        return String.valueOf(properties.get(PlacementStrategy.PROPERTY));
    }

    @Deactivate
    void close() {
        changes.close();
        loop.close();
    }
}
