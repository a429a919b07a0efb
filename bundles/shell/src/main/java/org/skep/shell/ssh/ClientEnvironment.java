package org.skep.shell.ssh;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a client may say of its environment. */
final class ClientEnvironment {

    private static final Set<String> KNOWN = Set.of("SKEP_PWD", "NO_COLOR", "LANG", "TERM");
    private static final int LONGEST = 4096;

    private ClientEnvironment() {}

    static Map<String, String> of(Map<String, String> sent) {
        Map<String, String> accepted = new TreeMap<>();
        sent.forEach((name, value) -> {
            boolean known = KNOWN.contains(name) || name.startsWith("LC_") && name.length() < 32;
            if (known && value != null && value.length() <= LONGEST && value.indexOf('\0') < 0) {
                accepted.put(name, value);
            }
        });
        return accepted;
    }
}
