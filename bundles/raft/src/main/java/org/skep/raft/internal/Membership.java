package org.skep.raft.internal;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The group, and those before it. A group counts from the moment its entry is in the log, committed or not, and ceases to
 * when the entry is dropped: only so two majorities always have somebody in common. Safe for use from any thread.
 */
final class Membership {

    private final NavigableMap<Long, Group> groups = new TreeMap<>(Map.of(0L, Group.NONE));
    private final Consumer<Group> changed;

    /** @param changed told of each group that counts from now on, on the thread that writes the log */
    Membership(Consumer<Group> changed) {
        this.changed = changed;
    }

    synchronized Group current() {
        return groups.lastEntry().getValue();
    }

    /** Index of the entry that the current group comes from. */
    synchronized long index() {
        return groups.lastKey();
    }

    /** The group that counted with this entry as the last one. */
    synchronized Group at(long index) {
        return groups.floorEntry(index).getValue();
    }

    /**
     * The entry with which the present generation began, if the log still has one of an earlier generation; else 0. What is
     * before it says who belonged to another group.
     */
    synchronized long beginning() {
        String present = current().generation();
        long begin = 0;
        for (Map.Entry<Long, Group> entry : groups.descendingMap().entrySet()) {
            if (!entry.getValue().generation().equals(present)) {
                return entry.getValue() == Group.NONE ? 0 : begin;
            }
            begin = entry.getKey();
        }
        return 0;
    }

    void appended(long index, Group group) {
        synchronized (this) {
            groups.put(index, group);
        }
        changed.accept(group);
    }

    /** The entries from this one on are gone. */
    void dropFrom(long index) {
        boolean gone;
        synchronized (this) {
            gone = !groups.tailMap(index, true).isEmpty();
            groups.tailMap(index, true).clear();
        }
        if (gone) {
            changed.accept(current());
        }
    }

    /** Entries up to this one are in a snapshot now. */
    synchronized void forgetBefore(long index) {
        Long first = groups.floorKey(index);
        groups.headMap(first, false).clear();
    }

    /** Everything up to this entry comes from a snapshot, and nothing is behind it. */
    void reset(long index, Group group) {
        synchronized (this) {
            groups.clear();
            groups.put(index, group);
        }
        changed.accept(group);
    }
}
