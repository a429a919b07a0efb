package org.skep.shell.run;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.skep.api.SkepException;
import org.skep.shell.command.CommandEntry;
import picocli.CommandLine;

/** Commands by name, each with what it is for. */
final class CommandListing {

    private CommandListing() {}

    static String of(Collection<CommandEntry> entries) {
        Map<String, String> lines = new TreeMap<>();
        for (CommandEntry entry : entries) {
            lines.put(entry.name(), description(entry));
        }
        int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0) + 3;
        StringBuilder text = new StringBuilder();
        lines.forEach((name, description) -> text.append("  ")
                .append((name + " ".repeat(width - name.length()) + description).stripTrailing())
                .append('\n'));
        return text.toString();
    }

    private static String description(CommandEntry entry) {
        try (CommandEntry.Lease lease = entry.open()) {
            CommandLine.Command annotation = lease.command().getClass().getAnnotation(CommandLine.Command.class);
            return annotation == null ? "" : String.join(" ", annotation.description());
        } catch (SkepException e) {
            return "(not available)";
        }
    }
}
