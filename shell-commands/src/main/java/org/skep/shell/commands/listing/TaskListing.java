package org.skep.shell.commands.listing;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.control.Control;
import org.skep.protocol.Task;
import org.skep.shell.commands.Found;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the tasks of what a line names, as {@code ps} commands do: mix it in. */
public final class TaskListing {

    @Mixin
    private ListOptions options = new ListOptions();

    @Mixin
    private FilterOption filter = new FilterOption();

    @Option(names = "--no-resolve", description = "Do not map IDs to names")
    private boolean noResolve;

    /** @param lookup the tasks of one reference */
    public Outcome print(Control control, List<String> references, Function<String, List<Task>> lookup, Instant now) {
        Map<String, String> ids = new HashMap<>();
        Predicate<Task> wanted = filter.by(TaskTable.keys(node ->
                ids.computeIfAbsent(node, name -> control.nodes().get(name).getId())));
        Found<List<Task>> found = Found.of(references, lookup);
        if (found.all().isEmpty()) {
            return new Outcome.Several(List.of(), found.failures());
        }
        List<Task> tasks = found.all().stream()
                .flatMap(List::stream)
                .filter(wanted)
                .distinct()
                .toList();
        return found.outcome(new TaskTable(now, control.nodes().list(), !noResolve).print(tasks, options));
    }
}
