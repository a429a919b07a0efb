package org.skep.control.local;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.skep.api.SkepException;
import org.skep.store.Table;

/** Finds what a user means by a reference: a full ID, else an exact name, else the unique prefix of an ID. */
final class References {

    private References() {}

    /**
     * @param noun the kind of object, for the error
     * @param name the name of an object; only an exact match counts, though names are unique whatever their case
     * @throws SkepException {@code NOT_FOUND} or {@code AMBIGUOUS}
     */
    static <T> T resolve(String noun, String reference, Table<T> table, Function<T, String> name) {
        if (reference.isBlank()) {
            throw SkepException.user("INVALID_ARGUMENT", noun + " name or ID must not be empty", "");
        }
        Optional<T> exact = table.get(reference)
                .or(() -> table.named(reference).filter(o -> name.apply(o).equals(reference)));
        return exact.orElseGet(() -> unique(noun, reference, table.withIdPrefix(reference)));
    }

    static <T> T unique(String noun, String reference, List<T> matches) {
        return switch (matches.size()) {
            case 0 -> throw Refusals.notFound(noun, reference);
            case 1 -> matches.get(0);
            default -> throw ambiguous(noun, reference, matches.size(), "give more of the ID");
        };
    }

    static SkepException ambiguous(String noun, String reference, int matches, String hint) {
        return SkepException.user(
                "AMBIGUOUS", noun + " " + Shown.of(reference) + " is ambiguous (" + matches + " matches found)", hint);
    }
}
