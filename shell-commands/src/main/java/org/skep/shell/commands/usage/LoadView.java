package org.skep.shell.commands.usage;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.skep.api.SkepException;
import org.skep.api.command.Column;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.control.Control;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskState;
import org.skep.protocol.reach.Usage;
import org.skep.shell.commands.listing.NaturalOrder;
import org.skep.shell.commands.listing.Texts;

/**
 * Shows what tasks use, again and again; nodes look only when they are asked. Rates are those between two looks.
 */
final class LoadView implements Outcome.Frames {

    private static final Comparator<Load> BUSIEST_FIRST = Comparator.comparingDouble(Load::cpuPercent)
            .reversed()
            .thenComparing(load -> TaskNames.of(load.task()), new NaturalOrder());

    private final Control control;
    private final Supplier<List<Task>> tasks;
    private final ListOptions options;
    private final Pause pause;
    private Map<String, Usage> before = Map.of();

    /** Waits between two looks. */
    @FunctionalInterface
    interface Pause {
        /** A second is long enough for a rate, and short enough for eyes. */
        Pause REAL = () -> Thread.sleep(Duration.ofSeconds(1).toMillis());

        void await() throws InterruptedException;
    }

    /** @param tasks that are to be shown, if they run; asked for before each look */
    LoadView(Control control, Supplier<List<Task>> tasks, ListOptions options, Pause pause) {
        this.control = control;
        this.tasks = tasks;
        this.options = options;
        this.pause = pause;
    }

    /** @param once only one table, with rates as those that follow each other have */
    Outcome show(boolean once) throws InterruptedException {
        before = look(running());
        return once ? next().orElseThrow() : Outcome.live(this);
    }

    private List<Task> running() {
        return tasks.get().stream()
                .filter(task -> task.getStatus().getState() == TaskState.RUNNING)
                .toList();
    }

    private Map<String, Usage> look(List<Task> running) throws InterruptedException {
        if (running.isEmpty()) {
            return Map.of();
        }
        return control.reach().usage(running.stream().map(Task::getId).toList()).stream()
                .collect(Collectors.toMap(Usage::getTaskId, Function.identity(), (first, second) -> second));
    }

    @Override
    public Optional<Outcome> next() throws InterruptedException {
        pause.await();
        try {
            return Optional.of(lookAgain());
        } catch (SkepException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        }
    }

    private Outcome lookAgain() throws InterruptedException {
        List<Task> running = running();
        Map<String, Usage> now = look(running);
        Map<String, String> hostnames = new HashMap<>();
        for (Node node : control.nodes().list()) {
            hostnames.put(node.getId(), node.getDescription().getHostname());
        }
        Map<String, Usage> earlier = before;
        before = now;
        List<Load> loads = running.stream()
                .map(task -> new Load(
                        task,
                        hostnames.getOrDefault(task.getNodeId(), task.getNodeId()),
                        Optional.ofNullable(earlier.get(task.getId())),
                        Optional.ofNullable(now.get(task.getId()))))
                .sorted(BUSIEST_FIRST)
                .toList();
        return table(loads);
    }

    private Outcome table(List<Load> loads) {
        List<Column<Load>> columns = List.of(
                Column.hidden("ID", "ID", load -> Texts.id(load.task().getId(), options.noTrunc())),
                Column.of("NAME", "Name", load -> TaskNames.of(load.task())),
                Column.of("NODE", "Node", Load::hostname),
                Column.of("CPU %", "CPUPerc", Load::cpu),
                Column.of("MEM USAGE / LIMIT", "MemUsage", Load::memory),
                Column.of("MEM %", "MemPerc", Load::memoryShare),
                Column.of("NET I/O", "NetIO", Load::network),
                Column.of("BLOCK I/O", "BlockIO", Load::disk),
                Column.of("PIDS", "PIDs", Load::processes));
        return Outcome.table(columns, loads, options);
    }
}
