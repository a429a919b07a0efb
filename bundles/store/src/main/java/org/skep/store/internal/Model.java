package org.skep.store.internal;

import com.google.protobuf.Message;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.skep.protocol.Meta;
import org.skep.protocol.store.ObjectChange;
import org.skep.store.Kind;

/**
 * What the store knows of one kind of object.
 *
 * @param name empty for objects that are not looked up by name
 * @param uniqueName whether a name, without regard to case, belongs to one object only
 * @param bare an object that carries nothing but its ID
 */
record Model<T extends Message>(
        Kind kind,
        Class<T> type,
        Function<T, String> id,
        Function<T, Meta> meta,
        BiFunction<T, Meta, T> withMeta,
        Function<T, String> name,
        boolean uniqueName,
        Function<String, T> bare,
        Function<ObjectChange, T> unwrap,
        BiConsumer<ObjectChange.Builder, T> wrap) {

    T cast(Message object) {
        return type.cast(object);
    }

    String idOf(Message object) {
        return id.apply(cast(object));
    }

    Meta metaOf(Message object) {
        return meta.apply(cast(object));
    }

    T stamped(Message object, Meta meta) {
        return withMeta.apply(cast(object), meta);
    }

    void wrapInto(ObjectChange.Builder change, Message object) {
        wrap.accept(change, cast(object));
    }
}
