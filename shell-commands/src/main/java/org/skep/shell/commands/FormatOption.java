package org.skep.shell.commands;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.skep.api.command.Outcome;
import picocli.CommandLine.Option;

/** {@code --format} of a command that shows objects in full: mix it in. */
public final class FormatOption {

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            description = "'json', 'yaml', or a Go template")
    private String format = "";

    public boolean given() {
        return !format.isEmpty();
    }

    /** What there is one of is no list in JSON, as docker has it. */
    public Outcome print(Map<String, Object> tree) {
        return Outcome.objects(List.of(tree), format.equals("json") ? "{{json .}}" : format);
    }

    /** All that are found, and the failures of the others. */
    public Outcome print(List<String> references, Function<String, Map<String, Object>> tree) {
        Found<Map<String, Object>> found = Found.of(references, tree);
        return found.outcome(Outcome.objects(found.all(), format));
    }
}
