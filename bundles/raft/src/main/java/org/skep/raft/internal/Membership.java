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
