package org.skep.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What of the client's environment the daemon needs to know. */
record Environment(Map<String, String> variables) {

    private static final List<String> PASSED_ON = List.of("NO_COLOR", "LANG");

    Map<String, String> sent() {
        Map<String, String> sent = new HashMap<>();
        sent.put("SKEP_PWD", System.getProperty("user.dir"));
        PASSED_ON.forEach(name -> {
            if (variables.containsKey(name)) {
                sent.put(name, variables.get(name));
            }
        });
        return sent;
    }
}
