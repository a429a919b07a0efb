package org.skep.shell.commands.node;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.protocol.Task;
import org.skep.shell.commands.Found;
import org.skep.shell.commands.Manager;
import org.skep.shell.commands.completion.NodeNames;
import org.skep.shell.commands.listing.FilterOption;
import org.skep.shell.commands.listing.TaskTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code node ps}: the tasks of nodes, of this one by default. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("node ps")
@Requires(Role.VIEWER)
@Command(name = "ps", description = "List tasks running on one or more nodes")
public final class NodePs implements ShellCommand {

    @Parameters(
            arity = "0..*",
            paramLabel = "NODE",
            description = "Nodes by host name or ID (default self)",
            completionCandidates = NodeNames.class)
    private List<String> nodes = List.of("self");

    @Mixin
    private ListOptions options = new ListOptions();

    @Mixin
    private FilterOption filter = new FilterOption();

    @Option(names = "--no-resolve", description = "Do not map IDs to names")
    private boolean noResolve;

    private final Manager manager;
    private final InstantSource clock;

    @Activate
    public NodePs(@Reference Manager manager) {
        this(manager, InstantSource.system());
    }

    NodePs(Manager manager, InstantSource clock) {
        this.manager = manager;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) {
        Predicate<Task> wanted =
                filter.by(TaskTable.keys(node -> manager.nodes().get(node).getId()));
        Found<List<Task>> found = Found.of(
                nodes, node -> manager.tasks().onNode(manager.nodes().get(node).getId()));
        if (found.all().isEmpty()) {
            return new Outcome.Several(List.of(), found.failures());
        }
        List<Task> tasks = found.all().stream()
                .flatMap(List::stream)
                .filter(wanted)
                .distinct()
                .toList();
        return found.outcome(new TaskTable(clock.instant(), manager.nodes().list(), !noResolve).print(tasks, options));
    }
}
