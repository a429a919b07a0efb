package org.skep.launcher;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What can be set, under the same name on the command line and in {@code etc/skep.conf}. */
enum Key {
    STATE_DIR("state-dir"),
    HOSTNAME("hostname"),
    SSH_ADDR("ssh-addr"),
    RUNTIME("runtime"),
    DOCKER_HOST("docker-host"),
    LABEL("label"),
    GENERIC_RESOURCE("generic-resource"),
    LOG_LEVEL("log-level");

    private final String text;

    Key(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** Whether each further value adds to those before it. */
    boolean repeatable() {
        return this == LABEL || this == GENERIC_RESOURCE;
    }

    static Key of(String text) {
        return Arrays.stream(values())
                .filter(key -> key.text.equals(text))
                .findFirst()
                .orElseThrow(() -> StartException.usage("unknown key '" + text + "' (known keys: " + names() + ")"));
    }

    private static String names() {
        return Arrays.stream(values()).map(Key::text).collect(Collectors.joining(", "));
    }
}
