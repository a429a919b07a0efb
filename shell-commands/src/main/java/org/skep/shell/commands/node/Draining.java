package org.skep.shell.commands.node;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.skep.api.SkepException;
import org.skep.api.command.Session;
import org.skep.api.command.StillRunning;
import org.skep.control.Control;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskState;
import org.skep.shell.commands.listing.NaturalOrder;
import org.skep.shell.commands.progress.Display;
import org.skep.shell.commands.progress.Line;
import org.skep.shell.commands.value.GoDuration;

/** Waits until a drained node is empty, and shows how it gets there. */
final class Draining {

    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int MOST_NAMED = 10;

    private final Control control;
    private final InstantSource clock;
    private final Session session;

    Draining(Control control, InstantSource clock, Session session) {
        this.control = control;
        this.clock = clock;
        this.session = session;
    }

    /**
     * @param id of the node
     * @param name as the user wrote it
     * @throws SkepException {@code NOT_DRAINED} with the tasks that are left after {@code timeout}
     * @throws StillRunning if the user does not want to wait
     */
    void await(String id, String name, Optional<Duration> timeout) throws InterruptedException {
        Instant begin = clock.instant();
        Display display = Display.on(session);
        int most = 0;
        try {
            for (List<Task> left = left(id); !left.isEmpty(); left = left(id)) {
                most = Math.max(most, left.size());
                String line = left.size() + " of " + most + (most == 1 ? " task" : " tasks") + " still on " + name;
                display.show(List.of(new Line(name, line, line)));
                if (timeout.isPresent()
                        && Duration.between(begin, clock.instant()).compareTo(timeout.get()) >= 0) {
                    throw late(name, left, timeout.get());
                }
                Thread.sleep(PAUSE.toMillis());
            }
        } catch (InterruptedException e) {
            throw new StillRunning("Node " + name
                    + " stays drained, and its tasks go on moving in the background.\nUse `node ps " + name
                    + "` to check progress.");
        }
    }

    private List<Task> left(String id) {
        boolean down = control.nodes().get(id).getStatus().getState() == NodeStatus.State.DOWN;
        return control.tasks().onNode(id).stream()
                .filter(task -> task.getStatus().getState().getNumber() <= TaskState.RUNNING_VALUE)
                // nobody can tell what a lost node still runs: the swarm has replaced it
                .filter(task -> !down || task.getDesiredState().getNumber() <= TaskState.RUNNING_VALUE)
                .toList();
    }

    private static SkepException late(String name, List<Task> left, Duration timeout) {
        String names = left.stream()
                .map(TaskNames::of)
                .sorted(new NaturalOrder())
                .limit(MOST_NAMED)
                .collect(Collectors.joining(", "));
        return SkepException.state(
                "NOT_DRAINED",
                left.size() + (left.size() == 1 ? " task is" : " tasks are") + " still on " + name + " after "
                        + GoDuration.print(timeout) + ": " + names + (left.size() > MOST_NAMED ? ", ..." : ""),
                "the node stays drained");
    }
}
