package org.skep.shell.commands.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.command.Outcome;
import org.skep.protocol.Service;
import org.skep.protocol.TaskState;
import org.skep.protocol.reach.Usage;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class UsageCommandsTest {

    private static final String ONE = "task1x1aaaaaaaaaaaaaaaaaa";
    private static final String TWO = "task2x1aaaaaaaaaaaaaaaaaa";
    private static final String TEN = "task10x1aaaaaaaaaaaaaaaaaa";

    private final FakeControl control = new FakeControl();
    private final Service web = Fakes.service("web", 3);

    @BeforeEach
    void populate() {
        control.services.add(web);
        control.nodes.add(Fakes.node());
        control.tasks.add(Fakes.task(web, 10, 1, TaskState.RUNNING));
        control.tasks.add(Fakes.task(web, 2, 1, TaskState.RUNNING));
        control.tasks.add(Fakes.task(web, 1, 1, TaskState.RUNNING));
        control.tasks.add(Fakes.task(web, 3, 1, TaskState.FAILED));
    }

    private static Usage usage(String task, long second, long cpuMillis) {
        return Usage.newBuilder()
                .setTaskId(task)
                .setTime(Timestamp.newBuilder().setSeconds(second))
                .setCpuNanos(cpuMillis * 1_000_000)
                .setMemoryBytes(3 << 20)
                .setMemoryLimitBytes(64 << 20)
                .setReceivedBytes(1_258)
                .setSentBytes(999)
                .setReadBytes(12_345_678)
                .setProcesses(4)
                .build();
    }

    private Outcome top(String... words) {
        return Lines.run(new ServiceTop(control, () -> {}), new FakeSession(), words);
    }

    private Outcome stats(String... words) {
        return Lines.run(new TaskStats(control, () -> {}), new FakeSession(), words);
    }

    @Test
    void showsRatesBetweenTwoLooksTheBusiestFirst() {
        control.reach.usages.add(List.of(usage(ONE, 10, 100), usage(TWO, 10, 0), usage(TEN, 10, 0)));
        control.reach.usages.add(List.of(usage(ONE, 12, 150), usage(TWO, 12, 3_000)));

        assertThat(Lines.print(top("--no-stream", "web")).lines().map(line -> line.replaceAll(" {2,}", " | ")))
                .containsExactly(
                        "NAME | NODE | CPU % | MEM USAGE / LIMIT | MEM % | NET I/O | BLOCK I/O | PIDS",
                        "web.2 | host1 | 150.00% | 3MiB / 64MiB | 4.69% | 1.26kB / 999B | 12.3MB / 0B | 4",
                        "web.1 | host1 | 2.50% | 3MiB / 64MiB | 4.69% | 1.26kB / 999B | 12.3MB / 0B | 4",
                        "web.10 | host1 | -- | -- / -- | -- | -- / -- | -- / -- | --");
        assertThat(control.reach.asked).containsExactly(List.of(TEN, TWO, ONE), List.of(TEN, TWO, ONE));
    }

    @Test
    void looksAgainAsTasksComeAndGo() throws InterruptedException {
        control.reach.usages.add(List.of(usage(ONE, 10, 100)));
        control.reach.usages.add(List.of(usage(ONE, 11, 1_100)));
        control.reach.usages.add(List.of(usage(TWO, 12, 0)));
        Outcome.Frames frames = ((Outcome.Live) stats("--format", "{{.Name}}")).frames();

        assertThat(Lines.print(frames.next().orElseThrow())).contains("web.1", "100.00%");
        control.tasks.removeIf(task -> task.getId().equals(ONE));
        assertThat(Lines.print(frames.next().orElseThrow())).contains("web.2").doesNotContain("web.1 ");
        assertThatThrownBy(frames::next).isInstanceOf(InterruptedException.class);
    }

    @Test
    void looksAtTheTasksThatAreNamed() throws InterruptedException {
        control.reach.usages.add(List.of());
        control.reach.usages.add(List.of());
        Outcome.Frames frames = ((Outcome.Live) stats(TWO)).frames();
        Optional<Outcome> first = frames.next();
        assertThat(Lines.print(first.orElseThrow())).contains("web.2").doesNotContain("web.1");
        control.tasks.clear();
        assertThat(Lines.print(frames.next().orElseThrow())).doesNotContain("web");
        assertThat(control.reach.asked).containsExactly(List.of(TWO), List.of(TWO));
        assertThatThrownBy(() -> stats("nothing")).isInstanceOf(SkepException.class);
        assertThatThrownBy(() -> top("nothing")).isInstanceOf(SkepException.class);
    }
}
