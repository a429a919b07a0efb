package org.skep.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The objects of one kind in a {@link View}. Immutable; lookups cost no scan. */
public interface Table<T> {

    Optional<T> get(String id);

    /** Names are compared without regard to case, as swarm mode does. Nodes are looked up by host name, the first match wins. */
    Optional<T> named(String name);

    /** Objects whose ID starts with the prefix, in order of ID. */
    List<T> withIdPrefix(String prefix);

    Collection<T> all();

    int size();
}
