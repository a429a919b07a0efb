package org.skep.store;

import com.google.protobuf.Message;
import java.util.Objects;

/**
 * What happened to one object.
 *
 * @param before the object as it was; null if it was created
 * @param after the object as it is; null if it was deleted
 */
public record Change(Kind kind, String id, Message before, Message after) {

    public Change {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(id);
    }

    public boolean created() {
        return before == null;
    }

    public boolean deleted() {
        return after == null;
    }
}
