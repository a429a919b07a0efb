package org.skep.template;

import java.util.HashMap;
import java.util.Map;
import org.skep.api.SkepException;

/** What names mean at one place of a template. */
record Scope(Object top, Object dot, Map<String, Object> variables) {

    static Scope of(Object data) {
        Scope scope = new Scope(data, data, new HashMap<>());
        scope.set("$", data);
        return scope;
    }

    Scope with(Object newDot) {
        return new Scope(top, newDot, new HashMap<>(variables));
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }

    Object variable(String name) {
        if (!variables.containsKey(name)) {
            throw TemplateLexer.wrong("unknown variable " + name);
        }
        return variables.get(name);
    }

    Object field(Object owner, String name) {
        if (owner == null) {
            return null;
        }
        if (!(owner instanceof Map<?, ?> map)) {
            throw TemplateLexer.wrong("'." + name + "' is asked of something that has no fields");
        }
        // Other maps hold what users put there, such as labels: there, a missing key is no mistake.
        if ((owner == top || owner instanceof Fields) && !map.containsKey(name)) {
            throw SkepException.user(
                    "TEMPLATE_FIELD_UNKNOWN",
                    "the template is wrong: there is no field '" + name + "'",
                    "fields are " + String.join(", ", Values.names(map)));
        }
        return map.get(name);
    }
}
