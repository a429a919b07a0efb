package org.skep.template;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

/** Data of which all fields are known: to ask for another is a mistake, wherever they are. */
public final class Fields extends AbstractMap<String, Object> {

    private final Map<String, Object> fields;

    private Fields(Map<String, Object> fields) {
        this.fields = fields;
    }

    public static Fields of(Map<String, Object> fields) {
        return new Fields(Map.copyOf(fields));
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return fields.entrySet();
    }
}
