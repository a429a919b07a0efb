package org.skep.shell.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.skep.api.SkepException;
import org.skep.api.command.Outcome;

/** Shows objects in full: all that are found, and the failures of the others. */
public final class Inspection {

    private Inspection() {}

    /** As a tree, for JSON, YAML and templates. */
    public static Outcome trees(List<String> references, Function<String, Map<String, Object>> tree, String format) {
        List<Map<String, Object>> found = new ArrayList<>();
        List<SkepException> failures = new ArrayList<>();
        for (String reference : references) {
            try {
                found.add(tree.apply(reference));
            } catch (SkepException e) {
                failures.add(e);
            }
        }
        Outcome objects = Outcome.objects(found, format);
        return failures.isEmpty() ? objects : new Outcome.Several(List.of(objects), failures);
    }
}
