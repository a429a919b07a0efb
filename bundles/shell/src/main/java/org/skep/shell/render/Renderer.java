package org.skep.shell.render;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.skep.api.SkepException;
import org.skep.api.command.Column;
import org.skep.api.command.Outcome;
import org.skep.shell.session.ShellSession;
import org.skep.template.Json;
import org.skep.template.Template;

/** Turns what a command has to say into text and an exit status. */
public final class Renderer {

    private static final String TABLE = "table";

    /**
     * @return the exit status
     * @throws InterruptedException when the operator has seen enough of what changes
     */
    public int render(Outcome outcome, ShellSession session) throws InterruptedException {
        PrintStream out = session.out();
        if (outcome instanceof Outcome.Text text) {
            text.lines().forEach(line -> println(out, line));
            return 0;
        }
        if (outcome instanceof Outcome.Table<?> table) {
            table(table, out);
            return 0;
        }
        if (outcome instanceof Outcome.Objects objects) {
            objects(objects, out);
            return 0;
        }
        if (outcome instanceof Outcome.Several several) {
            return several(several, session);
        }
        if (outcome instanceof Outcome.Live live) {
            return live(live.frames(), session);
        }
        if (outcome instanceof Outcome.Exit exit) {
            exit.problem().ifPresent(problem -> error(problem, session));
            return exit.status();
        }
        return 1;
    }

    private int live(Outcome.Frames frames, ShellSession session) throws InterruptedException {
        int status = 0;
        for (Optional<Outcome> next = frames.next(); next.isPresent(); next = frames.next()) {
            if (session.screen().isEmpty()) {
                status = render(next.get(), session);
                session.out().flush();
                continue;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (PrintStream page = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
                status = render(next.get(), session.drawingOn(page));
            }
            Page.show(bytes.toString(StandardCharsets.UTF_8), session.screen().orElseThrow(), session.out());
        }
        return status;
    }

    private int several(Outcome.Several several, ShellSession session) throws InterruptedException {
        int status = several.failures().isEmpty() ? 0 : 1;
        for (Outcome outcome : merged(several.outcomes())) {
            status = Math.max(status, render(outcome, session));
        }
        several.failures().forEach(failure -> error(failure, session));
        return status;
    }

    /** Objects that were found one by one are one answer. */
    private static List<Outcome> merged(List<Outcome> outcomes) {
        List<Outcome> merged = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            Outcome last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last instanceof Outcome.Objects before
                    && outcome instanceof Outcome.Objects next
                    && before.format().equals(next.format())) {
                List<Map<String, Object>> all = new ArrayList<>(before.objects());
                all.addAll(next.objects());
                merged.set(merged.size() - 1, Outcome.objects(all, next.format()));
            } else {
                merged.add(outcome);
            }
        }
        return merged;
    }

    /** The one line that an operator sees when something went wrong. */
    public void error(SkepException error, ShellSession session) {
        error(error.line(), session);
    }

    public void error(String line, ShellSession session) {
        boolean colour = session.screen().map(screen -> screen.colour()).orElse(false);
        String prefix = colour ? "\u001b[31mError:\u001b[0m " : "Error: ";
        session.out().flush();
        println(session.err(), prefix + line.replace("\n", " ").replace("\r", ""));
        session.err().flush();
    }

    private static <T> void table(Outcome.Table<T> table, PrintStream out) {
        String format = table.options().format();
        if (table.options().quiet()) {
            Column<T> first = table.columns().get(0);
            table.rows().forEach(row -> println(out, text(first.value().apply(row))));
        } else if (format.isEmpty() || format.equals(TABLE)) {
            plain(table, out);
        } else if (format.equals("json")) {
            table.rows().forEach(row -> println(out, Json.compact(fields(table, row, true))));
        } else if (format.equals("yaml")) {
            List<Map<String, Object>> all =
                    table.rows().stream().map(row -> fields(table, row, true)).toList();
            out.print(Yaml.dump(all));
        } else if (format.startsWith(TABLE + " ")) {
            templated(table, format.substring(TABLE.length()).strip(), out);
        } else {
            Template template = Template.parse(Template.unescape(format));
            table.rows().forEach(row -> println(out, template.render(fields(table, row, false))));
        }
    }

    private static <T> void plain(Outcome.Table<T> table, PrintStream out) {
        List<Column<T>> shown = table.columns().stream().filter(Column::shown).toList();
        List<String> lines = new ArrayList<>();
        lines.add(shown.stream().map(Column::header).collect(Collectors.joining("\t")));
        for (T row : table.rows()) {
            lines.add(shown.stream()
                    .map(column -> cell(column.value().apply(row)))
                    .collect(Collectors.joining("\t")));
        }
        TableLayout.align(lines).forEach(line -> println(out, line));
    }

    private static <T> void templated(Outcome.Table<T> table, String format, PrintStream out) {
        Template template = Template.parse(Template.unescape(format));
        Map<String, Object> headers = new TreeMap<>();
        table.columns().forEach(column -> headers.put(column.field(), new Header(column.header())));
        List<String> lines = new ArrayList<>();
        lines.add(template.render(headers));
        table.rows().forEach(row -> lines.add(template.render(fields(table, row, false))));
        TableLayout.align(lines).forEach(line -> println(out, line));
    }

    private static <T> Map<String, Object> fields(Outcome.Table<T> table, T row, boolean asData) {
        Map<String, Object> fields = new TreeMap<>();
        for (Column<T> column : table.columns()) {
            if (column.field().isEmpty()) {
                continue;
            }
            Object value = column.value().apply(row);
            if (value instanceof Function<?, ?>) {
                // a method such as .Label "key" has no value of its own
                if (!asData) {
                    fields.put(column.field(), value);
                }
            } else {
                fields.put(column.field(), text(value));
            }
        }
        return fields;
    }

    /** A value as docker prints it in a listing: labels as {@code a=b,c=d}. */
    private static String text(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .sorted()
                    .collect(Collectors.joining(","));
        }
        if (value instanceof Collection<?> collection) {
            return collection.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return value.toString();
    }

    private static String cell(Object value) {
        return text(value).replace('\t', ' ').replace('\n', ' ').replace("\r", "");
    }

    private static void objects(Outcome.Objects objects, PrintStream out) {
        String format = objects.format();
        if (format.isEmpty()) {
            println(out, Json.pretty(objects.objects()));
        } else if (format.equals("json")) {
            println(out, Json.compact(objects.objects()));
        } else if (format.equals("yaml")) {
            out.print(Yaml.dump(objects.objects()));
        } else {
            Template template = Template.parse(Template.unescape(format));
            objects.objects().forEach(object -> println(out, template.render(object)));
        }
    }

    private static void println(PrintStream out, String line) {
        // never the platform's line end: what goes over the wire is the same everywhere
        out.print(line + "\n");
    }

    /** Stands for a column in the first line of a templated table. */
    private record Header(String text) implements Function<String, Object> {

        @Override
        public Object apply(String argument) {
            return argument;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
