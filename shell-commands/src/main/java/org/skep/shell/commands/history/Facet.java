package org.skep.shell.commands.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.skep.protocol.ServiceSpec;

/** A part of a specification that flags set, and how a change of it is told: in the words of those flags. */
sealed interface Facet {

    /** The flag's name, without dashes. */
    String flag();

    /** What changed; empty if nothing did. */
    List<String> changes(ServiceSpec before, ServiceSpec after);

    /**
     * One value.
     *
     * @param value empty where nothing was asked for
     */
    record Value(String flag, Function<ServiceSpec, String> value) implements Facet {

        @Override
        public List<String> changes(ServiceSpec before, ServiceSpec after) {
            String old = value.apply(before);
            String now = value.apply(after);
            return old.equals(now) ? List.of() : List.of(flag + " " + shown(old) + " -> " + shown(now));
        }

        private static String shown(String value) {
            return value.isEmpty() ? "unset" : value;
        }
    }

    /**
     * Several values, told apart by their keys.
     *
     * @param values by key, whole
     * @param secret whether the values are not to be told
     */
    record Values(String flag, boolean secret, Function<ServiceSpec, Map<String, String>> values) implements Facet {

        @Override
        public List<String> changes(ServiceSpec before, ServiceSpec after) {
            Map<String, String> old = new TreeMap<>(values.apply(before));
            Map<String, String> now = new TreeMap<>(values.apply(after));
            List<String> changes = new ArrayList<>();
            old.keySet().stream().filter(key -> !now.containsKey(key)).forEach(key -> changes.add(flag + "-rm " + key));
            now.forEach((key, value) -> {
                if (!value.equals(old.get(key))) {
                    changes.add(flag + "-add " + (secret ? key : value));
                }
            });
            return changes;
        }
    }
}
