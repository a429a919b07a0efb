package org.skep.shell.commands.value;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** An environment variable: {@code KEY=VALUE}, or a bare {@code KEY} to take over from the client. */
public record EnvVar(String name, Optional<String> value) {

    public static EnvVar parse(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        if (name.isEmpty()) {
            throw Values.bad(text, "an environment variable", "use KEY=VALUE");
        }
        if (name.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))
                || text.indexOf('\0') >= 0) {
            throw Values.bad(text, "an environment variable", "the name has white space or control characters");
        }
        return new EnvVar(name, equals < 0 ? Optional.empty() : Optional.of(text.substring(equals + 1)));
    }

    /** As specs have it; a name that the client does not know stays bare. */
    public String resolve(Function<String, Optional<String>> environment) {
        return value.or(() -> environment.apply(name)).map(v -> name + "=" + v).orElse(name);
    }

    /** The name in front of the equals sign. */
    public static String nameOf(String entry) {
        int equals = entry.indexOf('=');
        return equals < 0 ? entry : entry.substring(0, equals);
    }

    /** Later entries replace earlier ones of the same name, in their place. */
    public static List<String> merge(List<String> first, List<String> second) {
        Map<String, String> byName = new LinkedHashMap<>();
        first.forEach(entry -> byName.put(nameOf(entry), entry));
        second.forEach(entry -> byName.put(nameOf(entry), entry));
        return new ArrayList<>(byName.values());
    }
}
