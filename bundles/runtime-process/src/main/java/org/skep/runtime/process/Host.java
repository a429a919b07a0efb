package org.skep.runtime.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What the kernel says of this host. */
final class Host {

    private Host() {}

    static boolean root() {
        return number("/proc/self/status", "Uid:\\s+\\d+\\s+(\\d+).*") == 0;
    }

    static long memoryBytes() {
        return number("/proc/meminfo", "MemTotal:\\s+(\\d+) kB") << 10;
    }

    static String os() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT);
    }

    /** As {@code uname -m} names it. */
    static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    private static long number(String file, String pattern) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.matches(pattern))
                    .map(line -> line.replaceAll(pattern, "$1"))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
