package org.skep.store;

import com.google.protobuf.Message;

/**
 * A view that can be changed. It sees its own changes. What it decides becomes one log entry; it holds on every manager
 * or on none.
 *
 * <p>Objects that it or one still under way has written carry the version they will most likely get: good for updating
 * them again, and not to be shown to anyone.
 */
public interface Transaction extends View {

    /**
     * Adds an object, stamping its version and times.
     *
     * @throws org.skep.api.SkepException {@code NAME_CONFLICT} if its ID or name is taken
     */
    void create(Message object);

    /**
     * Replaces an object.
     *
     * @throws org.skep.api.SkepException {@code OUT_OF_SEQUENCE} if {@code object} carries another version than the
     *     stored object, {@code NOT_FOUND} if there is none, {@code NAME_CONFLICT} if its new name is taken
     */
    void update(Message object);

    /** Removes an object; one that is not there is not an error. */
    void delete(Kind kind, String id);
}
