package org.skep.shell.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.skep.api.command.Outcome;

/** A layout of names and values for people: one a line, values in one column, groups indented by a space. */
public final class Sheet {

    private static final int COLUMN = 24;

    private final List<String> lines = new ArrayList<>();
    private final int column;
    private int depth;

    public Sheet() {
        this(COLUMN);
    }

    private Sheet(int column) {
        this.column = column;
    }

    /** Values follow their names after a space. */
    public static Sheet narrow() {
        return new Sheet(0);
    }

    /** A line with a name and a value. */
    public Sheet field(String name, Object value) {
        String label = " ".repeat(depth) + name + ":";
        lines.add((label + " ".repeat(Math.max(1, column - label.length())) + value).stripTrailing());
        return this;
    }

    /** Leaves the line out if there is no value. */
    public Sheet some(String name, Object value) {
        return value == null || value.toString().isEmpty() ? this : field(name, value);
    }

    /** A heading with what {@code content} adds below it; nothing if it adds nothing. */
    public Sheet group(String heading, Consumer<Sheet> content) {
        int before = lines.size();
        line(heading + ":");
        indented(content);
        if (lines.size() == before + 1) {
            lines.remove(before);
        }
        return this;
    }

    /** What {@code content} adds belongs to the line before. */
    public Sheet indented(Consumer<Sheet> content) {
        depth++;
        content.accept(this);
        depth--;
        return this;
    }

    /** A line of its own. */
    public Sheet line(String text) {
        lines.add(" ".repeat(depth) + text);
        return this;
    }

    /** A line at the left edge, for what is copied from the screen. */
    public Sheet unindented(String text) {
        lines.add(text);
        return this;
    }

    /** A list of labels below a heading. */
    public Sheet labels(String heading, Map<String, String> labels) {
        return group(heading, sheet -> new TreeMap<>(labels)
                .forEach((key, value) -> sheet.line("- " + key + (value.isEmpty() ? "" : "=" + value))));
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    public Outcome outcome() {
        return new Outcome.Text(lines);
    }
}
