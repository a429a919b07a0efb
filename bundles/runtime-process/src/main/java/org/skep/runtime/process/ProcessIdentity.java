package org.skep.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process, and no other that later got its number.
 *
 * @param startTime in clock ticks since the host came up
 * @param bootId of the time the host came up
 */
record ProcessIdentity(long pid, long startTime, String bootId) {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int START_TIME = 19;
    private static final int STATE = 0;

    /** @param words "PID START_TIME" */
    static ProcessIdentity parse(String words, String bootId) {
        String[] parts = words.split(" ");
        return new ProcessIdentity(Long.parseLong(parts[0]), Long.parseLong(parts[1]), bootId);
    }

    boolean alive() {
        try {
            return bootId.equals(Files.readString(BOOT_ID).strip()) && startTime == currentStartTime();
        } catch (IOException e) {
            return false;
        }
    }

    private long currentStartTime() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The name in parentheses may hold anything, even a parenthesis; numbers follow the last one.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return fields[STATE].equals("Z") ? -1 : Long.parseLong(fields[START_TIME]);
    }
}
