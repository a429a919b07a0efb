package org.skep.shell.commands.swarm;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.Column;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.placement.Rebalancer.Move;
import org.skep.shell.commands.value.Counts;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code swarm rebalance}: moves tasks from crowded nodes to others. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm rebalance")
@Requires(Role.ADMIN)
@Command(
        name = "rebalance",
        description =
                "Move tasks from crowded nodes to others: each starts in its new place before it stops in the old one")
public final class SwarmRebalance implements ShellCommand {

    @Option(names = "--dry-run", description = "Only show what would move")
    private boolean dryRun;

    @Option(
            names = "--max-parallel",
            paramLabel = "N",
            description = "Maximum number of tasks that move at a time (default 1)",
            converter = AtATime.class)
    private int maxParallel = 1;

    @Option(
            names = {"-d", "--detach"},
            description = "Exit immediately instead of waiting for the tasks to move")
    private boolean detach;

    @Mixin
    private ListOptions options = new ListOptions();

    private final Control control;

    static final class AtATime implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return Counts.atATime(text);
        }
    }

    @Activate
    public SwarmRebalance(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        Map<String, String> names =
                control.tasks().list().stream().collect(Collectors.toMap(Task::getId, TaskNames::of));
        List<Move> moves = control.clusters().rebalance(dryRun, maxParallel);
        Map<String, String> hosts = control.nodes().list().stream()
                .collect(Collectors.toMap(
                        Node::getId, node -> node.getDescription().getHostname()));
        Function<Move, String> name = move -> names.getOrDefault(move.taskId(), move.taskId());
        if (!dryRun && !detach && !moves.isEmpty()) {
            new Moving(control, session, moves, name).await();
        }
        return Outcome.table(
                List.of(
                        Column.of("TASK", "Task", name::apply),
                        Column.of("FROM", "From", move -> hosts.getOrDefault(move.fromNode(), move.fromNode())),
                        Column.of("TO", "To", move -> hosts.getOrDefault(move.toNode(), move.toNode())),
                        Column.hidden("TASK ID", "TaskID", Move::taskId)),
                moves,
                options);
    }
}
