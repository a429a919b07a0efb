package org.skep.launcher;

/**
 * A value as the operator wrote it.
 *
 * @param origin where it was written, such as {@code --ssh-addr} or {@code etc/skep.conf:12: ssh-addr}
 */
record Setting(Key key, String value, String origin) {

    static Setting flag(Key key, String value) {
        return new Setting(key, value, "--" + key.text());
    }

    StartException bad(String why) {
        return StartException.usage(origin + ": '" + value + "' " + why);
    }
}
