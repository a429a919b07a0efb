package org.skep.orchestrator;

import java.util.EnumSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.osgi.service.condition.Condition;
import org.skep.api.node.Roles;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loops;
import org.skep.store.loop.StoreLoop;

/** Turns services into tasks, and keeps them as the services want them. */
@Component(service = {})
@SatisfyingConditionTarget("(" + Condition.CONDITION_ID + "=" + Roles.LEADER + ")")
public final class Orchestrator {

    private final Loop loop;
    private final StoreLoop changes;

    @Activate
    public Orchestrator(@Reference Store store, @Reference Loops loops) {
        loop = loops.open("skep-orchestrator");
        changes = new StoreLoop(
                loop, store, EnumSet.of(Kind.TASK, Kind.SERVICE, Kind.NODE, Kind.CLUSTER), new Orchestration(store));
    }

    @Deactivate
    void close() {
        changes.close();
        loop.close();
    }
}
