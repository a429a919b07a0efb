package org.skep.shell.commands.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.protocol.GlobalJob;
import org.skep.protocol.GlobalService;
import org.skep.protocol.JobStatus;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.Version;
import org.skep.shell.commands.testing.Fakes;

class ReplicasTest {

    private static final Version RUN = Version.newBuilder().setIndex(3).build();

    private Service service(ServiceSpec.Builder spec) {
        return Fakes.service("web", 1).toBuilder()
                .setSpec(spec)
                .setJobStatus(JobStatus.newBuilder().setJobIteration(RUN))
                .build();
    }

    private static Task task(Service service, long slot, String node, TaskState state, Version run) {
        return Fakes.task(service, slot, 1, state).toBuilder()
                .setNodeId(node)
                .setJobIteration(run)
                .setDesiredState(TaskState.COMPLETE)
                .build();
    }

    @Test
    void ofReplicatedServices() {
        Service web = Fakes.service("web", 5);
        assertThat(Replicas.of(
                        web, List.of(Fakes.task(web, 1, 1, TaskState.RUNNING), Fakes.task(web, 2, 1, TaskState.READY))))
                .hasToString("1/5");
        ServiceSpec.Builder few = Fakes.spec("web", 2).toBuilder();
        few.getTaskBuilder().getPlacementBuilder().setMaxReplicas(1);
        assertThat(Replicas.of(service(few), List.of())).hasToString("0/2 (max 1 per node)");
    }

    @Test
    void ofGlobalServices() {
        Service web = service(Fakes.spec("web", 1).toBuilder().setGlobal(GlobalService.getDefaultInstance()));
        Task other = Fakes.task(web, 0, 2, TaskState.STARTING).toBuilder()
                .setNodeId("n2")
                .build();
        assertThat(Replicas.of(web, List.of(Fakes.task(web, 0, 1, TaskState.RUNNING), other)))
                .hasToString("1/2");
    }

    @Test
    void ofJobs() {
        Service job = service(Fakes.spec("job", 1).toBuilder()
                .setReplicatedJob(ReplicatedJob.newBuilder().setMaxConcurrent(3).setTotalCompletions(5)));
        assertThat(Replicas.of(
                        job,
                        List.of(
                                task(job, 1, "n1", TaskState.COMPLETE, RUN),
                                task(job, 2, "n1", TaskState.COMPLETE, RUN),
                                task(job, 3, "n1", TaskState.RUNNING, RUN),
                                task(job, 4, "n1", TaskState.COMPLETE, Version.getDefaultInstance()))))
                .hasToString("1/3 (2/5 completed)");
        Service global = service(Fakes.spec("job", 1).toBuilder().setGlobalJob(GlobalJob.getDefaultInstance()));
        assertThat(Replicas.of(
                        global,
                        List.of(
                                task(global, 0, "n1", TaskState.COMPLETE, RUN),
                                task(global, 0, "n2", TaskState.RUNNING, RUN),
                                task(global, 0, "n3", TaskState.PREPARING, RUN))))
                .hasToString("1/2 (1/3 completed)");
    }
}
