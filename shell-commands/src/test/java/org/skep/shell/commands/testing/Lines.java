package org.skep.shell.commands.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.skep.api.command.Candidates;
import org.skep.api.command.Column;
import org.skep.api.command.OptionsFirst;
import org.skep.api.command.Outcome;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Runs commands as the shell does, and lays their outcomes out as plain text. */
public final class Lines {

    private Lines() {}

    /** As picocli sees it. */
    public static CommandLine parsed(ShellCommand command) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command, new Factory());
        for (OptionSpec option : List.copyOf(spec.options())) {
            if (option.arity().max() == 0) {
                spec.remove(option);
                spec.addOption(OptionSpec.builder(option).arity("0..1").build());
            }
        }
        return new CommandLine(spec)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setStopAtPositional(command.getClass().isAnnotationPresent(OptionsFirst.class));
    }

    public static Outcome run(ShellCommand command, Session session, String... words) {
        parsed(command).parseArgs(words);
        try {
            return command.run(session);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    public static String print(Outcome outcome) {
        if (outcome instanceof Outcome.Text text) {
            return String.join("\n", text.lines());
        }
        if (outcome instanceof Outcome.Table<?> table) {
            return print(table);
        }
        if (outcome instanceof Outcome.Objects objects) {
            return objects.objects().stream().map(Object::toString).collect(Collectors.joining("\n"));
        }
        if (outcome instanceof Outcome.Several several) {
            List<String> parts = new ArrayList<>();
            several.outcomes().forEach(part -> parts.add(print(part)));
            several.failures().forEach(failure -> parts.add("Error: " + failure.line()));
            return String.join("\n", parts);
        }
        return outcome instanceof Outcome.Exit exit
                ? "exit " + exit.status()
                        + exit.problem().map(problem -> ": " + problem.line()).orElse("")
                : "failed";
    }

    private static <T> String print(Outcome.Table<T> table) {
        if (table.options().quiet()) {
            return table.rows().stream()
                    .map(row -> String.valueOf(table.columns().get(0).value().apply(row)))
                    .collect(Collectors.joining("\n"));
        }
        List<Column<T>> shown = table.columns().stream().filter(Column::shown).toList();
        List<List<String>> lines = new ArrayList<>();
        lines.add(shown.stream().map(Column::header).toList());
        table.rows()
                .forEach(row -> lines.add(shown.stream()
                        .map(column -> String.valueOf(column.value().apply(row)))
                        .toList()));
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            int column = i;
            widths.add(lines.stream()
                    .mapToInt(line -> line.get(column).length())
                    .max()
                    .orElse(0));
        }
        return lines.stream()
                .map(line -> {
                    StringBuilder text = new StringBuilder();
                    for (int i = 0; i < line.size(); i++) {
                        text.append(line.get(i))
                                .append(" ".repeat(widths.get(i) - line.get(i).length() + 2));
                    }
                    return text.toString().stripTrailing();
                })
                .collect(Collectors.joining("\n"));
    }

    private static final class Factory implements CommandLine.IFactory {

        @Override
        @SuppressWarnings("unchecked")
        public <K> K create(Class<K> type) throws Exception {
            if (Candidates.class.isAssignableFrom(type)) {
                return (K) (Iterable<String>) List.<String>of();
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
