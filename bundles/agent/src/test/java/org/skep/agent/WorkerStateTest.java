package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.Task;
import org.skep.protocol.worker.WorkerTask;

class WorkerStateTest {

    private static final WorkerTask TASK =
            WorkerTask.newBuilder().setTask(Task.newBuilder().setId("t1")).build();

    @TempDir
    Path stateDir;

    @Test
    void remembersTasksOfThisMembershipAlone() {
        state("n1").save(TASK);

        assertThat(state("n1").load()).containsExactly(TASK);
        assertThat(state("n2").load()).isEmpty();
        assertThat(state("n1").load()).isEmpty();
    }

    @Test
    void whatIsDamagedOrUnfinishedIsNoTask() throws IOException {
        WorkerState state = state("n1");
        state.save(TASK);
        Files.writeString(stateDir.resolve("worker/n1/t2"), "\u0007 no message");
        Files.writeString(stateDir.resolve("worker/n1/t3.new"), "half");

        assertThat(state.load()).containsExactly(TASK);
    }

    @Test
    void nobodyElseReadsWhatTasksCarry() throws IOException {
        state("n1");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stateDir.resolve("worker"))))
                .isEqualTo("rwx------");
    }

    private WorkerState state(String node) {
        return new WorkerState(stateDir, new SwarmMembership(node, "c1"));
    }
}
