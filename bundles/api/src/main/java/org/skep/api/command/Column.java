package org.skep.api.command;

import java.util.function.Function;

/**
 * One field of a listing.
 *
 * @param header of the table, such as {@code DESIRED STATE}
 * @param field in templates, JSON and YAML, such as {@code DesiredState}; empty if it is for the default table only
 * @param shown in the default table; other fields are for templates
 */
public record Column<T>(String header, String field, boolean shown, Function<? super T, ?> value) {

    public static <T> Column<T> of(String header, String field, Function<? super T, ?> value) {
        return new Column<>(header, field, true, value);
    }

    public static <T> Column<T> hidden(String header, String field, Function<? super T, ?> value) {
        return new Column<>(header, field, false, value);
    }
}
