package org.skep.shell.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.skep.api.SkepException;
import org.skep.api.command.Outcome;

/** What references lead to: all that are found, and the failures of the others. */
public record Found<T>(List<T> all, List<SkepException> failures) {

    public static <T> Found<T> of(List<String> references, Function<String, T> lookup) {
        List<T> all = new ArrayList<>();
        List<SkepException> failures = new ArrayList<>();
        for (String reference : references) {
            try {
                all.add(lookup.apply(reference));
            } catch (SkepException e) {
                failures.add(e);
            }
        }
        return new Found<>(all, failures);
    }

    /** What is shown of those that are found, and then the failures. */
    public Outcome outcome(Outcome shown) {
        return failures.isEmpty() ? shown : new Outcome.Several(List.of(shown), failures);
    }
}
