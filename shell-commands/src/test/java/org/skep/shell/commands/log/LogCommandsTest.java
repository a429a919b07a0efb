package org.skep.shell.commands.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.protocol.LogContext;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogStream;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class LogCommandsTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Fakes.NOW);

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();
    private final Service web = Fakes.service("web", 3);

    @BeforeEach
    void populate() {
        control.services.add(web);
        control.nodes.add(Fakes.node());
        control.tasks.add(Fakes.task(web, 10, 2, TaskState.RUNNING));
        control.tasks.add(Fakes.task(web, 2, 1, TaskState.FAILED));
        control.tasks.add(Fakes.task(web, 2, 2, TaskState.RUNNING));
    }

    private LogMessage line(Task task, LogStream stream, String text) {
        return LogMessage.newBuilder()
                .setContext(LogContext.newBuilder()
                        .setServiceId(task.getServiceId())
                        .setTaskId(task.getId())
                        .setNodeId(task.getNodeId()))
                .setTimestamp(Fakes.ago(5))
                .setStream(stream)
                .setData(ByteString.copyFromUtf8(text))
                .build();
    }

    private void logged() {
        control.logs.add(line(control.tasks.get(2), LogStream.LOG_STREAM_STDOUT, "hello\n"));
        control.logs.add(line(control.tasks.get(0), LogStream.LOG_STREAM_STDOUT, "ten"));
        control.logs.add(line(control.tasks.get(2), LogStream.LOG_STREAM_STDERR, "oops\n"));
        control.logs.add(line(
                Fakes.task(web, 7, 1, TaskState.RUNNING), LogStream.LOG_STREAM_STDOUT, "of a task that is gone\n"));
    }

    @Test
    void sayWhoseLogsTheyAre() {
        logged();
        Lines.run(new ServiceLogs(control, CLOCK), session, "web");
        assertThat(session.printed()).isEqualTo("""
                        web.2.task2x2aaaaa@host1     | hello
                        web.10.task10x2aaaa@host1    | ten
                        task7x1aaaaa@node1aaaaaaa    | of a task that is gone
                        """);
        assertThat(session.warned()).isEqualTo("web.2.task2x2aaaaa@host1     | oops\n");
        assertThat(control.logQuery.tail()).isNegative();
        assertThat(control.logQuery.since()).isEqualTo(Instant.MIN);
        assertThat(control.logQuery.until()).isEqualTo(Instant.MAX);
        assertThat(control.logQuery.grep()).isEmpty();
    }

    @Test
    void printLogsRawOrWithTimes() {
        logged();
        Lines.run(new ServiceLogs(control, CLOCK), session, "--raw", "-t", "-f", "-n", "7", "--since", "10m", "web");
        assertThat(session.printed()).startsWith("2026-11-20T11:59:55.000000000Z hello\n");
        assertThat(control.logQuery.follow()).isTrue();
        assertThat(control.logQuery.tail()).isEqualTo(7);
        assertThat(control.logQuery.since()).isEqualTo(Fakes.NOW.minusSeconds(600));
    }

    @Test
    void askForLinesUntilAMomentThatMatch() {
        Lines.run(
                new ServiceLogs(control, CLOCK),
                session,
                "--until",
                "2026-11-20T11:00:00Z",
                "--grep",
                "GET .* 5..",
                "web");
        assertThat(control.logQuery.until()).isEqualTo(Instant.parse("2026-11-20T11:00:00Z"));
        assertThat(control.logQuery.grep()).isEqualTo("GET .* 5..");
        Lines.run(new ServiceLogs(control, CLOCK), session, "--until", "1h30m", "web");
        assertThat(control.logQuery.until()).isEqualTo(Fakes.NOW.minusSeconds(5400));
    }

    @Test
    void areThoseOfOneTask() {
        logged();
        Lines.run(new TaskLogs(control, CLOCK), session, "--raw", "task2x2aaaaaaaaaaaaaaaaaa");
        assertThat(session.printed()).startsWith("hello\n");
        assertThat(control.logSource).isEqualTo("task2x2aaaaaaaaaaaaaaaaaa");
        assertThatThrownBy(() -> Lines.run(new TaskLogs(control, CLOCK), session, "web"))
                .hasMessage("no such task: web");
    }

    @Test
    void leaveTaskIdsOut() {
        logged();
        Lines.run(new ServiceLogs(control, CLOCK), session, "--no-task-ids", "web");
        assertThat(session.printed()).startsWith("web.2@host1     | hello\nweb.10@host1    | ten\n");
    }

    @Test
    void warnAboutNodesThatCannotBeAsked() {
        control.logWarnings.add("node host2 does not answer");
        Lines.run(new ServiceLogs(control, CLOCK), session, "web");
        assertThat(session.warned()).isEqualTo("warning: node host2 does not answer\n");
    }

    @Test
    void refuseOtherTailsAndMoments() {
        assertThatThrownBy(() -> Lines.run(new ServiceLogs(control, CLOCK), session, "-n", "-5", "web"))
                .hasMessageContaining("'-5' is not a number of lines");
        assertThatThrownBy(() -> Lines.run(new ServiceLogs(control, CLOCK), session, "--since", "soon", "web"))
                .hasMessageContaining("'soon' is not a moment");
    }
}
