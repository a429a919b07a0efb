package org.skep.orchestrator;

import java.time.Instant;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.skep.protocol.Service;
import org.skep.protocol.Times;
import org.skep.store.View;

/**
 * How far the slots of a service are in its update. A copy of what the tasks tell, kept so that not all of them have to be
 * asked each time: with whoever comes next it is made anew.
 */
final class Progress {

    private final Service service;
    private final Mode mode;
    private final UpdateRules rules;
    private final Instant began;
    private final SortedMap<SlotKey, SlotUpdate> slots = new TreeMap<>();

    Progress(Plan plan, Mode mode) {
        this.service = plan.service();
        this.mode = mode;
        this.rules = UpdateRules.of(service);
        // Without a status nothing was tried yet, so what ended is no part of it.
        this.began = service.hasUpdateStatus()
                ? Times.instant(service.getUpdateStatus().getStartedAt())
                : plan.now();
        plan.slots().values().forEach(slot -> put(plan.view(), slot));
    }

    private void put(View view, Slot slot) {
        SlotUpdate update = SlotUpdate.of(slot, service, view, began, rules.monitor());
        boolean part = update.begun() || update.waiting() && mode.updatable(view, service, slot);
        if (part) {
            slots.put(slot.key(), update);
        } else {
            slots.remove(slot.key());
        }
    }

    void refresh(View view, Collection<SlotKey> changed) {
        for (SlotKey key : changed) {
            Slot.of(service, view, key).ifPresentOrElse(slot -> put(view, slot), () -> slots.remove(key));
        }
    }

    boolean isOf(Service current) {
        return current.getMeta().getVersion().equals(service.getMeta().getVersion());
    }

    Service service() {
        return service;
    }

    Mode mode() {
        return mode;
    }

    UpdateRules rules() {
        return rules;
    }

    /** Those that are part of the update, in order. */
    Collection<SlotUpdate> slots() {
        return slots.values();
    }
}
