package org.skep.shell.commands.swarm;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.skep.api.SkepException;
import org.skep.api.command.Session;
import org.skep.api.command.StillRunning;
import org.skep.control.Control;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.placement.Rebalancer.Move;
import org.skep.shell.commands.progress.Display;
import org.skep.shell.commands.progress.Line;

/** Waits until the tasks of a rebalancing have moved, and shows how they do. */
final class Moving {

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int MOST_LINES = 20;

    private final Control control;
    private final Session session;
    private final List<Move> moves;
    private final Function<Move, String> name;

    /** Where a task is on its way. */
    private enum Stage {
        WAITING,
        MOVING,
        MOVED,
        STAYED
    }

    Moving(Control control, Session session, List<Move> moves, Function<Move, String> name) {
        this.control = control;
        this.session = session;
        this.moves = moves;
        this.name = name;
    }

    /**
     * @throws SkepException {@code NOT_MOVED} with the tasks that stayed
     * @throws StillRunning if the user does not want to wait
     */
    void await() throws InterruptedException {
        Display display = Display.on(session);
        try {
            while (true) {
                Map<Move, Stage> stages = stages();
                display.show(lines(stages));
                if (stages.values().stream().allMatch(stage -> stage == Stage.MOVED || stage == Stage.STAYED)) {
                    refuseStayed(stages);
                    return;
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            throw new StillRunning(
                    "The tasks go on moving in the background.\nUse `node ps` or `service ps` to check progress.");
        }
    }

    private Map<Move, Stage> stages() {
        Map<String, Task> tasks =
                control.tasks().list().stream().collect(Collectors.toMap(Task::getId, Function.identity()));
        return moves.stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        move -> stage(Optional.ofNullable(tasks.get(move.taskId())), move, tasks)));
    }

    /** A task that is wanted no more has been replaced by the one that is; the mark goes from one that cannot move. */
    private static Stage stage(Optional<Task> task, Move move, Map<String, Task> tasks) {
        if (task.filter(Moving::wanted).isEmpty()) {
            return Stage.MOVED;
        }
        if (!task.get().hasRelocation()) {
            return Stage.STAYED;
        }
        boolean begun = tasks.values().stream()
                .anyMatch(other -> other.getNodeId().equals(move.toNode())
                        && other.getServiceId().equals(task.get().getServiceId())
                        && other.getSlot() == task.get().getSlot()
                        && wanted(other));
        return begun ? Stage.MOVING : Stage.WAITING;
    }

    private static boolean wanted(Task task) {
        return task.getDesiredState().getNumber() <= TaskState.RUNNING_VALUE
                && task.getStatus().getState().getNumber() <= TaskState.RUNNING_VALUE;
    }

    private List<Line> lines(Map<Move, Stage> stages) {
        long moved =
                stages.values().stream().filter(stage -> stage == Stage.MOVED).count();
        Line overall = Line.of("overall progress", moved + " out of " + moves.size() + " tasks moved");
        Stream<Line> each =
                moves.size() > MOST_LINES ? Stream.empty() : moves.stream().map(move -> line(move, stages.get(move)));
        return Stream.concat(Stream.of(overall), each).toList();
    }

    private Line line(Move move, Stage stage) {
        String text = name.apply(move) + ": " + stage.name().toLowerCase(Locale.ROOT);
        return new Line(move.taskId(), text, stage == Stage.WAITING ? "" : text);
    }

    private void refuseStayed(Map<Move, Stage> stages) {
        List<String> stayed = moves.stream()
                .filter(move -> stages.get(move) == Stage.STAYED)
                .map(name)
                .toList();
        if (!stayed.isEmpty()) {
            throw SkepException.state(
                    "NOT_MOVED",
                    stayed.size() + " of " + moves.size() + " tasks stayed where they were: "
                            + String.join(", ", stayed.subList(0, Math.min(stayed.size(), MOST_LINES)))
                            + (stayed.size() > MOST_LINES ? ", ..." : ""),
                    "their new tasks did not come up: see \"service ps\"");
        }
    }
}
